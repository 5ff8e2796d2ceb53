import { randomBytes, randomUUID } from 'node:crypto';
import { createAvroRecordCodec } from './adapters/kafka/avro-record-codec.ts';
import { createKafkaOrderLog } from './adapters/kafka/order-log.ts';
import { nodeClock } from './adapters/node/node-clock.ts';
import {
  type Epoch,
  mainGate,
  parseIdempotencyKey,
  parseOrderId,
  parseProductId,
  parseRequestHash,
  parseSaleId,
  parseUserId,
} from './engine/domain/ids.ts';
import type { OrderRecord } from './engine/domain/order.ts';
import type { BenchedLog } from './toolkit/bench/bench-log.ts';

/** More than one append has; a bench that writes them again and again needs no more. */
const recordCount = 2_000;

/** The order log in Kafka on a fresh topic, for `bench log`; `close` deletes the topic. */
export async function openBenchedLog(broker: string): Promise<BenchedLog> {
  const topic = `fluxgate-bench-${randomBytes(6).toString('hex')}`;
  const codec = createAvroRecordCodec();
  const log = createKafkaOrderLog({ brokers: [broker], topic, codec, clock: nodeClock, log: () => {} });
  try {
    await log.prepare();
  } catch (error) {
    await log.close();
    throw error;
  }
  const records = Array.from({ length: recordCount }, (_, n) => {
    const record = benchRecord(n);
    return { orderId: record.orderId, bytes: codec.encode(record) };
  });
  return {
    log,
    broker,
    topic,
    records,
    async close() {
      await log.removeTopic();
      await log.close();
    },
  };
}

/** An order as a shop's buyers make them: a user of eight characters, a key of 36, one line. */
function benchRecord(n: number): OrderRecord {
  const uuid = randomUUID();
  return {
    orderId: sure(parseOrderId(`${uuid.slice(0, 14)}8${uuid.slice(15)}`)),
    saleId: sure(parseSaleId('bench')),
    gateId: mainGate,
    epoch: 1 as Epoch,
    userId: sure(parseUserId(`u${n.toString().padStart(7, '0')}`)),
    idempotencyKey: sure(parseIdempotencyKey(uuid)),
    requestHash: sure(parseRequestHash(randomBytes(16).toString('hex'))),
    lines: [{ productId: sure(parseProductId('ticket')), quantity: 1, unitPriceMinor: 9_900n }],
    currency: 'EUR',
    acceptedAt: nodeClock.now(),
    holdUntil: null,
    passId: null,
  };
}

function sure<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError('an id of the bench is none');
  return value;
}
