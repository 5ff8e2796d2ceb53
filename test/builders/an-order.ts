import type { HoldRequest } from '../../src/engine/domain/hold.ts';
import type { PendingRelease } from '../../src/engine/domain/ledger-facts.ts';
import { canonicalLines, type OrderLine } from '../../src/engine/domain/order.ts';
import { orderId, productId, requestHash, saleId, userId } from './ids.ts';

/** One buyer's wish in the making: `anOrder(7).of(2, 'ticket').by('ann').request`. Each step makes a new one. */
export interface OrderBuilder {
  /** Adds a line. */
  of(quantity: number, product: string): OrderBuilder;
  by(user: string): OrderBuilder;
  with(fields: Partial<HoldRequest>): OrderBuilder;
  /** As the gate sees it. One unit of `ticket` where no line was added. The hash follows from the lines. */
  readonly request: HoldRequest;
  readonly release: PendingRelease;
}

/** Order ids are made from `n`: the same `n` is the same key. */
export function anOrder(n = 1, lines: readonly OrderLine[] = [], fields: Partial<HoldRequest> = {}): OrderBuilder {
  const canonical = canonicalLines(lines.length === 0 ? [{ productId: productId('ticket'), quantity: 1 }] : lines);
  const request: HoldRequest = {
    orderId: orderId(n),
    userId: userId(`user-${n}`),
    requestHash: requestHash(hashOf(canonical)),
    lines: canonical,
    admitted: true,
    passId: null,
    record: new TextEncoder().encode(`record of order ${n}`),
    ...fields,
  };
  return {
    of: (quantity, product) => anOrder(n, [...lines, { productId: productId(product), quantity }], fields),
    by: (user) => anOrder(n, lines, { ...fields, userId: userId(user) }),
    with: (more) => anOrder(n, lines, { ...fields, ...more }),
    request,
    release: { orderId: request.orderId, saleId: saleId(), userId: request.userId, lines: request.lines },
  };
}

/** FNV-1a (Fowler, Noll, Vo) over the lines: good enough to tell the bodies of a test apart. */
function hashOf(lines: readonly OrderLine[]): number {
  let hash = 0x811c9dc5;
  for (const char of lines.map((line) => `${line.productId} ${line.quantity};`).join('')) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash;
}
