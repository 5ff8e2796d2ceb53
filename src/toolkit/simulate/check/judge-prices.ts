import type { OrderId } from '../../../engine/domain/ids.ts';
import { orderIdOf } from '../../../engine/domain/order-id.ts';
import { type Heard, isYes } from '../actors/heard.ts';
import { orderIdSecret, productName, type World } from '../world/world.ts';
import { type BrokenPromise, brokenBecause } from './broken-promise.ts';
import { notLate } from './not-late.ts';

/**
 * All servers change a price at one moment, which is the gate's: once anybody was sold at the new one, nobody is sold at the
 * old one who asks after that. Where several operators change prices, nobody outside knows which is the newer one.
 */
export function soldAtAnOldPrice({ plan, services }: World, heard: readonly Heard[]): readonly BrokenPromise[] {
  const changes = plan.operators.flatMap((wish) => (wish.kind === 'price' ? [wish] : []));
  const [change] = changes;
  if (change === undefined || changes.length > 1) return [];
  const productId = productName(change.product);
  const paid = new Map<OrderId, bigint>();
  for (const { record } of notLate(services.log.entries())) {
    const line = record.lines.find((each) => each.productId === productId);
    if (line !== undefined) paid.set(record.orderId, line.unitPriceMinor);
  }
  const askedMs = new Map<OrderId, number>();
  let newSinceMs = Number.POSITIVE_INFINITY;
  for (const each of heard) {
    const orderId = orderIdOf(orderIdSecret, each.userId, each.key, services.parts.digest);
    askedMs.set(orderId, Math.min(askedMs.get(orderId) ?? each.askedMs, each.askedMs));
    if (isYes(each.outcome) && paid.get(orderId) === BigInt(change.priceMinor))
      newSinceMs = Math.min(newSinceMs, each.atMs);
  }
  return [...paid].flatMap(([orderId, price]) => {
    const lateMs = (askedMs.get(orderId) ?? 0) - newSinceMs;
    if (price === BigInt(change.priceMinor) || lateMs <= 0) return [];
    const text = `order ${orderId} was sold at ${price}, and asked for ${Math.ceil(lateMs)} ms after somebody had paid ${change.priceMinor}`;
    return [brokenBecause('limits', text, 'sold_at_an_old_price')];
  });
}
