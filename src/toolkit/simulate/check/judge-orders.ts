import type { OrderId, PassId } from '../../../engine/domain/ids.ts';
import type { World } from '../world/world.ts';
import { type BrokenPromise, brokenBecause } from './broken-promise.ts';
import { notLate } from './not-late.ts';

const pageSize = 1_000;

/** A hold that is over is over: nobody confirmed it behind its end, by the clock of the ledger. */
export async function confirmedTooLate({ services }: World): Promise<readonly BrokenPromise[]> {
  const found: BrokenPromise[] = [];
  for await (const page of services.ledger.scan(null, pageSize)) {
    for (const { orderId, expiresAt, history } of page) {
      const confirmed = history.find(({ state }) => state === 'confirmed');
      if (expiresAt === null || confirmed === undefined || confirmed.at < expiresAt) continue;
      const text = `order ${orderId} was confirmed ${confirmed.at - expiresAt} ms behind the end of its hold`;
      found.push(brokenBecause('liveness', text, 'confirmed_too_late'));
    }
  }
  return found;
}

/** One pass of the waiting room admits one order. A sale whose rate was changed may have admitted either without asking. */
export function passesSpentTwice(world: World): readonly BrokenPromise[] {
  if (world.plan.operators.some(({ kind }) => kind === 'rate')) return [];
  const found: BrokenPromise[] = [];
  const spentBy = new Map<PassId, OrderId>();
  for (const { record } of notLate(world.services.log.entries())) {
    const { orderId, passId } = record;
    if (passId === null) continue;
    const other = spentBy.get(passId) ?? orderId;
    spentBy.set(passId, other);
    if (other === orderId) continue;
    found.push(brokenBecause('limits', `one pass admitted ${other} and ${orderId}`, 'pass_spent_twice'));
  }
  return found;
}
