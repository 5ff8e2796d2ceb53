import { createRequire } from 'node:module';
import fc from 'fast-check';
import type { Message } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeRecordBatch } from '../../../../src/adapters/kafka/record-batch.ts';
import { carryWholeBatches, wholeBatch } from '../../../../src/adapters/kafka/whole-batch.ts';
import type { OrderId } from '../../../../src/engine/domain/ids.ts';

const require = createRequire(import.meta.url);
interface Made {
  readonly request: { readonly apiVersion: number; encode: () => Promise<{ readonly buffer: Buffer }> };
}
const produces = require('kafkajs/src/protocol/requests/produce/index.js') as {
  readonly protocol: (of: { readonly version: number }) => (data: object) => Made;
};
/** What a kafkajs that nobody touched makes of the same. */
const untouched = require('kafkajs/src/protocol/requests/produce/v7/request.js') as (data: object) => Made['request'];

const now = Date.UTC(2026, 10, 23, 18, 0, 0);
beforeEach(() => {
  carryWholeBatches();
  vi.useFakeTimers({ now, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function asked(partition: number, messages: readonly Message[]): object {
  return { acks: -1, timeout: 1_500, topicData: [{ topic: 'orders-ü', partitions: [{ partition, messages }] }] };
}

/** Keys and values of every length that changes how a length is written. */
const records = fc.array(
  fc.record({ orderId: fc.string({ unit: 'binary', maxLength: 200 }), bytes: fc.uint8Array({ maxLength: 9_000 }) }),
  { minLength: 1, maxLength: 200 },
);

describe('a whole batch', () => {
  it('is the request that kafkajs would have made of its records, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.nat({ max: 1_000 }), async (given, partition) => {
        const orders = given.map(({ orderId, bytes }) => ({ orderId: orderId as OrderId, bytes }));
        const messages = orders.map(({ orderId, bytes }) => ({ key: orderId, value: Buffer.from(bytes) }));
        const theirs = await untouched(asked(partition, messages)).encode();

        const ours = produces.protocol({ version: 7 })(
          asked(partition, [wholeBatch(encodeRecordBatch(orders, now), partition)]),
        );

        expect(ours.request.apiVersion).toBe(7);
        expect((await ours.request.encode()).buffer.equals(theirs.buffer)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('is refused where the broker would take it for one record', () => {
    const batch = wholeBatch(encodeRecordBatch([{ orderId: 'a' as OrderId, bytes: new Uint8Array(3) }], now), 0);

    expect(() => produces.protocol({ version: 2 })(asked(0, [batch]))).toThrow('takes no record batches');
  });

  it('leaves every other message to kafkajs', async () => {
    const marker = [{ key: null, value: Buffer.from('marker'), headers: { kind: 'marker' } }];
    const theirs = await untouched(asked(3, marker)).encode();

    const ours = await produces.protocol({ version: 7 })(asked(3, marker)).request.encode();

    expect(ours.buffer.equals(theirs.buffer)).toBe(true);
  });
});
