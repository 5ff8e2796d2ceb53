// @module-tag kafka
// @module-tag long
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { startTestKafka, type TestKafka } from '../../../support/kafka.ts';
import { avroAppends, logsOn } from '../../../support/kafka-logs.ts';

/** Longer than a session of the group (10 s), and shorter than others wait for a reader (120 s). */
const batchMs = 40_000;

let kafka: TestKafka;
beforeAll(async () => {
  kafka = await startTestKafka();
});
afterAll(() => kafka?.stop());

it('keeps the place of a reader whose batch takes long while another one joins', { timeout: 180_000 }, async () => {
  const logs = logsOn(kafka.broker, kafka.topic(), { partitions: 1 });
  const log = logs.open();
  await log.prepare();
  const end = new AbortController();
  const begun: string[] = [];
  const read = (name: string) =>
    logs.open().read(
      'ledger',
      async () => {
        begun.push(name);
        await sleep(batchMs);
      },
      end.signal,
    );

  const first = read('first');
  await log.append(avroAppends(1, 100), 1_500);
  await eventually('the first has the batch', async () => begun.length > 0);
  const second = read('second');
  await eventually('the batch is done', async () => (await log.lag('ledger'))[0]?.lag === 0n, 2 * batchMs);

  expect(begun).toEqual(['first']);
  end.abort();
  await Promise.all([first, second]);
  await logs.close();
});
