import { mainGate } from '../../src/engine/domain/ids.ts';
import type { OrderRecord, PricedLine } from '../../src/engine/domain/order.ts';
import { epoch, instant, key, orderId, productId, requestHash, saleId, userId } from './ids.ts';

/** An accepted order as the log carries it, in the making: `aRecord(7).of(2, 'ticket').by('ann').record`. */
export interface RecordBuilder {
  /** Adds a line, at 10.00. */
  of(quantity: number, product: string): RecordBuilder;
  by(user: string): RecordBuilder;
  with(fields: Partial<OrderRecord>): RecordBuilder;
  readonly record: OrderRecord;
}

/** Order ids, keys and users are made from `n`. One unit of `ticket` where no line was added. */
export function aRecord(n = 1, lines: readonly PricedLine[] = [], fields: Partial<OrderRecord> = {}): RecordBuilder {
  const ticket: PricedLine = { productId: productId('ticket'), quantity: 1, unitPriceMinor: 1_000n };
  return {
    of: (quantity, product) =>
      aRecord(n, [...lines, { productId: productId(product), quantity, unitPriceMinor: 1_000n }], fields),
    by: (user) => aRecord(n, lines, { ...fields, userId: userId(user) }),
    with: (more) => aRecord(n, lines, { ...fields, ...more }),
    record: {
      orderId: orderId(n),
      saleId: saleId(),
      gateId: mainGate,
      epoch: epoch(1),
      userId: userId(`user-${n}`),
      idempotencyKey: key(`key-${n}`),
      requestHash: requestHash(n),
      lines: lines.length === 0 ? [ticket] : lines,
      currency: 'EUR',
      acceptedAt: instant(1_767_225_600_000 + n),
      holdUntil: null,
      passId: null,
      ...fields,
    },
  };
}
