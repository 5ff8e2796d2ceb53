import type { OrderId, PassId } from '../../../engine/domain/ids.ts';
import { acceptedTwice, otherOrderHeard } from '../../../engine/domain/invariants/no-duplicate.ts';
import { heardOrderLost, loggedOrderLost, orderUnexpected } from '../../../engine/domain/invariants/no-lost-order.ts';
import { orderIdOf } from '../../../engine/domain/order-id.ts';
import { isYes } from '../actors/heard.ts';
import { type BrokenPromise, brokenBecause, brokenBy } from './broken-promise.ts';
import { notLate } from './not-late.ts';
import type { RestingSale } from './resting-sale.ts';

const pageSize = 1_000;

/** Every record that is not late is in the ledger, and the ledger has nothing else. */
export async function judgeLog({ ledger, log }: RestingSale): Promise<readonly BrokenPromise[]> {
  const found: BrokenPromise[] = [];
  const logged = new Set<OrderId>();
  for (const { partition, offset, record } of notLate(log)) {
    logged.add(record.orderId);
    if ((await ledger.order(record.orderId)) === null)
      found.push(brokenBy(loggedOrderLost(record.orderId, partition, offset)));
  }
  for await (const page of ledger.scan(null, pageSize)) {
    for (const { orderId, state } of page) {
      if (!logged.has(orderId)) found.push(brokenBy(orderUnexpected(orderId)));
      // Poison here has no readable id, so nothing that a buyer wanted is ever revoked in a healthy sale.
      if (state === 'revoked')
        found.push(brokenBecause('no-lost-order', `order ${orderId} was revoked, and its record was sound`));
    }
  }
  return found;
}

/** What buyers heard, against what the ledger has. */
export async function judgeHeard(
  { ledger, digest, heard }: RestingSale,
  secret: string,
): Promise<readonly BrokenPromise[]> {
  const found: BrokenPromise[] = [];
  const accepted = new Set<OrderId>();
  const onlyRefused = new Map<OrderId, boolean>();
  for (const { userId, key, outcome } of heard) {
    const own = orderIdOf(secret, userId, key, digest);
    const refused = outcome.kind === 'sold_out' || outcome.kind === 'over_limit';
    onlyRefused.set(own, refused && (onlyRefused.get(own) ?? true));
    if (!isYes(outcome)) continue;
    if (outcome.orderId !== own) found.push(brokenBy(otherOrderHeard(userId, key, outcome.orderId, own)));
    if (outcome.kind === 'accepted' && accepted.has(own)) found.push(brokenBy(acceptedTwice(own, userId, key)));
    if (outcome.kind === 'accepted') accepted.add(own);
    if ((await ledger.order(own)) === null) found.push(brokenBy(heardOrderLost(own)));
  }
  for (const [orderId, refused] of onlyRefused) {
    if (refused && (await ledger.order(orderId)) !== null)
      found.push(
        brokenBecause(
          'no-lost-order',
          `order ${orderId} is in the ledger, and all that its buyer ever heard were refusals`,
        ),
      );
  }
  return found;
}

/** A hold that is over is over: nobody confirmed it behind its end, by the clock of the ledger. */
export async function confirmedTooLate({ ledger }: RestingSale): Promise<readonly BrokenPromise[]> {
  const found: BrokenPromise[] = [];
  for await (const page of ledger.scan(null, pageSize)) {
    for (const { orderId, expiresAt, history } of page) {
      const confirmed = history.find(({ state }) => state === 'confirmed');
      if (expiresAt === null || confirmed === undefined || confirmed.at < expiresAt) continue;
      const text = `order ${orderId} was confirmed ${confirmed.at - expiresAt} ms behind the end of its hold`;
      found.push(brokenBecause('liveness', text, 'confirmed_too_late'));
    }
  }
  return found;
}

/** One pass of the waiting room admits one order. */
export function passesSpentTwice({ log, rateHolds }: RestingSale): readonly BrokenPromise[] {
  if (!rateHolds) return [];
  const found: BrokenPromise[] = [];
  const spentBy = new Map<PassId, OrderId>();
  for (const { record } of notLate(log)) {
    const { orderId, passId } = record;
    if (passId === null) continue;
    const other = spentBy.get(passId) ?? orderId;
    spentBy.set(passId, other);
    if (other === orderId) continue;
    found.push(brokenBecause('limits', `one pass admitted ${other} and ${orderId}`, 'pass_spent_twice'));
  }
  return found;
}
