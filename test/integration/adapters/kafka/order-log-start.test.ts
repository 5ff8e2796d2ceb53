// @module-tag kafka
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mainGate } from '../../../../src/engine/domain/ids.ts';
import { epoch, saleId } from '../../../builders/ids.ts';
import { scanAll } from '../../../contract/order-log-suite.ts';
import { bareKafka } from '../../../support/bare-kafka.ts';
import { startTestKafka, type TestKafka } from '../../../support/kafka.ts';
import { avroAppends, logsOn } from '../../../support/kafka-logs.ts';

const password = 'right-3f1c';
const sasl = { mechanism: 'plain', username: 'flux', password } as const;

let kafka: TestKafka;
beforeAll(async () => {
  kafka = await startTestKafka({
    'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'sasl.enabled.mechanisms': 'PLAIN',
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'listener.name.plaintext.plain.sasl.jaas.config':
      'org.apache.kafka.common.security.plain.PlainLoginModule required ' +
      `username="flux" password="${password}" user_flux="${password}";`,
    // Longer than our session: Kafka refuses our readers for good.
    'group.min.session.timeout.ms': 20_000,
    'group.max.session.timeout.ms': 30_000,
  });
});
afterAll(async () => {
  await kafka.stop();
});

/** Makes a topic that is right but for some settings. */
async function topicWith(settings: Readonly<Record<string, string>>, numPartitions = 4): Promise<string> {
  const topic = kafka.topic();
  const admin = bareKafka({ brokers: [kafka.broker], sasl: { ...sasl } }).admin();
  await admin.connect();
  const right = { 'retention.ms': '-1', 'max.message.bytes': '20000000' };
  const configEntries = Object.entries({ ...right, ...settings }).map(([name, value]) => ({ name, value }));
  // Not waited for: ours has to do with a topic that is still being made.
  await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions, configEntries }] });
  await admin.disconnect();
  return topic;
}

describe('the order log in Kafka, at its start', () => {
  it('creates the topic with its settings, takes it again at the next start, and one that others made', async () => {
    for (const topic of [kafka.topic(), await topicWith({})]) {
      for (let start = 0; start < 2; start++) {
        const logs = logsOn(kafka.broker, topic, { sasl });
        await logs.open().prepare();
        await logs.close();
      }
    }
  });

  it.each([
    ['retention.ms', '1000', /retention\.ms is 1000/],
    ['retention.bytes', '1000000', /retention\.bytes is 1000000/],
    ['cleanup.policy', 'compact', /cleanup\.policy is compact/],
    ['unclean.leader.election.enable', 'true', /unclean\.leader\.election\.enable is true/],
    ['max.message.bytes', '1048588', /max\.message\.bytes is 1048588/],
  ])('refuses a topic with a wrong %s, and names it', async (name, value, message) => {
    const logs = logsOn(kafka.broker, await topicWith({ [name]: value }), { sasl });
    const log = logs.open();

    const refusal = {
      code: 'config_invalid',
      message: expect.stringMatching(message),
      hint: expect.stringContaining(name),
    };
    await expect(log.prepare()).rejects.toMatchObject(refusal);
    await expect(log.append(avroAppends(1, 1), 5_000)).rejects.toMatchObject({ code: 'config_invalid' });
    await logs.close();
  });

  it.each([3, 5])('refuses a topic with %d partitions where the configuration says 4', async (partitions) => {
    const logs = logsOn(kafka.broker, await topicWith({}, partitions), { sasl });

    await expect(logs.open().prepare()).rejects.toMatchObject({ message: expect.stringContaining('partitions') });
    await logs.close();
  });

  it('refuses min.insync.replicas that is too low, or cannot be met', async () => {
    const topic = await topicWith({});
    const logs = logsOn(kafka.broker, topic, { sasl });

    const refusal = { code: 'config_invalid', message: expect.stringContaining('min.insync.replicas') };
    await expect(logs.open({ replicas: 3, minInsyncReplicas: 2 }).prepare()).rejects.toMatchObject(refusal);
    await expect(logs.open({ replicas: 1, minInsyncReplicas: 2 }).prepare()).rejects.toMatchObject(refusal);
    const tooLow = logs.open({
      topic: await topicWith({ 'min.insync.replicas': '1' }),
      replicas: 3,
      minInsyncReplicas: 1,
    });
    await tooLow.prepare();
    await logs.close();
  });

  it('refuses more copies than there are brokers, and names the setting', async () => {
    const logs = logsOn(kafka.broker, kafka.topic(), { sasl });

    await expect(logs.open({ replicas: 3, minInsyncReplicas: 2 }).prepare()).rejects.toMatchObject({
      code: 'order_log_unreachable',
      hint: expect.stringContaining('kafka.replicas'),
    });
    await logs.close();
  });

  it('logs in with a password, and says that a wrong one is wrong without showing it', async () => {
    const topic = kafka.topic();
    const right = logsOn(kafka.broker, topic, { sasl });
    expect(await right.open().append(avroAppends(1, 1), 10_000)).toEqual({ kind: 'appended' });
    await right.close();
    const said: string[] = [];
    const wrong = logsOn(kafka.broker, topic, {
      sasl: { ...sasl, password: 'wrong-77aa' },
      log: (_level, message, details) => said.push(message, JSON.stringify(details)),
    });

    const refusal = await wrong
      .open()
      .prepare()
      .catch((error: unknown) => error);

    expect(refusal).toMatchObject({
      code: 'order_log_unreachable',
      message: expect.stringMatching(/SASL PLAIN authentication failed/),
      hint: expect.stringContaining('kafka.password'),
    });
    expect(said.join('\n')).not.toContain('wrong-77aa');
    await wrong.close();
  });

  it('ends a read that Kafka refuses for good, so that the process ends', async () => {
    const logs = logsOn(kafka.broker, kafka.topic(), { sasl });
    const log = logs.open();

    const reading = log.read('ledger', async () => {}, new AbortController().signal);

    await expect(reading).rejects.toMatchObject({
      code: 'order_log_unreachable',
      message: expect.stringMatching(/session/),
    });
    await logs.close();
  });

  it('answers unknown, or says that it cannot be reached, where nobody listens', async () => {
    // Port 9 is discard's, which nobody runs.
    const logs = logsOn('127.0.0.1:9', 'nowhere');
    const log = logs.open();

    expect((await log.append(avroAppends(1, 1), 300)).kind).toBe('unknown');
    const unreachable = {
      code: 'order_log_unreachable',
      message: expect.stringContaining('127.0.0.1:9'),
      hint: expect.stringContaining('kafka.brokers'),
    };
    await expect(log.mark({ saleId: saleId(), gateId: mainGate, epoch: epoch(1) })).rejects.toMatchObject(unreachable);
    await expect(log.read('ledger', async () => {}, new AbortController().signal)).rejects.toMatchObject(unreachable);
    await expect(log.lag('ledger')).rejects.toMatchObject(unreachable);
    await expect(scanAll(log)).rejects.toMatchObject(unreachable);
    await logs.close();
  });
});
