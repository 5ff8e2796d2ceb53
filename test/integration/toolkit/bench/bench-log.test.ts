// @module-tag kafka
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBenchedLog } from '../../../../src/compose-bench-log.ts';
import { loadConfig } from '../../../../src/config/load-config.ts';
import { benchKafkaAddress } from '../../../../src/toolkit/bench/bench-kafka-address.ts';
import { benchLog } from '../../../../src/toolkit/bench/bench-log.ts';
import { benchLogText } from '../../../../src/toolkit/bench/bench-log-text.ts';
import { bareKafka } from '../../../support/bare-kafka.ts';
import { startTestKafka, type TestKafka } from '../../../support/kafka.ts';

let kafka: TestKafka;
beforeAll(async () => {
  kafka = await startTestKafka();
});
afterAll(async () => {
  await kafka.stop();
});

async function topics(): Promise<readonly string[]> {
  const admin = bareKafka({ brokers: [kafka.broker] }).admin();
  await admin.connect();
  const found = await admin.listTopics();
  await admin.disconnect();
  return found.filter((name) => name.startsWith('fluxgate-bench-'));
}

describe('the bench of the order log', () => {
  it('measures ours and bare kafkajs in one run, and leaves no topic behind', { tags: ['long'] }, async () => {
    const result = await benchLog({ seconds: 0.05, open: () => openBenchedLog(kafka.broker) });

    expect(result.cases.map(({ recordsAnAppend }) => recordsAnAppend)).toEqual([16, 100, 500]);
    expect(result.floors).toMatchObject([{ kind: 'at_least', limit: 0.75, actual: result.figures.appendedToBare }]);
    for (const { rounds, figures } of result.cases) {
      expect(rounds).toHaveLength(3);
      for (const figure of Object.values(figures)) expect(figure).toBeGreaterThan(0);
    }
    expect(benchLogText(result)).toMatch(/^500 records an append .+[\s\S]*100 an append +>= 0\.75/m);
    expect(await topics()).toEqual([]);
  });

  it('removes its topic when it is interrupted', async () => {
    const stop = new AbortController();
    const open = () => openBenchedLog(kafka.broker);

    const running = benchLog({ seconds: 0.01, open, signal: stop.signal, onProgress: () => stop.abort() });

    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    expect(await topics()).toEqual([]);
  });

  it('measures no Kafka but that of this machine, and names the ways where there is none', async () => {
    const { value: config } = await loadConfig({ flags: {}, env: {}, cwd: '/nowhere' });

    expect(benchKafkaAddress('127.0.0.1:9092', config)).toBe('127.0.0.1:9092');
    for (const other of ['10.0.0.1:9092', 'kafka.example.com:9092', '127.0.0.1', 'localhost:', '']) {
      expect(() => benchKafkaAddress(other, config)).toThrow(expect.objectContaining({ code: 'usage' }));
    }
    expect(() => benchKafkaAddress(undefined, config)).toThrow(
      expect.objectContaining({
        code: 'stack_not_running',
        hint: expect.stringMatching(/fluxgate stack up.*FLUXGATE_KAFKA_BROKERS=/),
      }),
    );
  });
});
