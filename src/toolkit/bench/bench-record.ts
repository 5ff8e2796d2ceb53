import { randomBytes, randomUUID } from 'node:crypto';
import {
  type Epoch,
  mainGate,
  parseIdempotencyKey,
  parseOrderId,
  parseProductId,
  parseRequestHash,
  parseSaleId,
  parseUserId,
} from '../../engine/domain/ids.ts';
import type { OrderRecord } from '../../engine/domain/order.ts';
import { toInstant } from '../../engine/domain/time.ts';

/** An order as a shop's buyers make them: a user of eight characters, a key of 36, one line of one unit. */
export function benchRecord(n: number, of: { readonly saleId: string; readonly epoch: number }): OrderRecord {
  const uuid = randomUUID();
  return {
    orderId: sure(parseOrderId(`${uuid.slice(0, 14)}8${uuid.slice(15)}`)),
    saleId: sure(parseSaleId(of.saleId)),
    gateId: mainGate,
    epoch: of.epoch as Epoch, // of a rebuild that the bench has seen
    userId: sure(parseUserId(`u${n.toString().padStart(7, '0')}`)),
    idempotencyKey: sure(parseIdempotencyKey(uuid)),
    requestHash: sure(parseRequestHash(randomBytes(16).toString('hex'))),
    lines: [{ productId: benchProduct, quantity: 1, unitPriceMinor: 9_900n }],
    currency: 'EUR',
    acceptedAt: toInstant(Date.now()),
    holdUntil: null,
    passId: null,
  };
}

/** The product of every bench's orders. */
export const benchProduct = sure(parseProductId('plenty'));

function sure<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError('an id of the bench is none');
  return value;
}
