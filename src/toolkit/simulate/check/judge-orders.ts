import type { IdempotencyKey, OrderId, PassId, UserId } from '../../../engine/domain/ids.ts';
import { acceptedTwice, otherOrderHeard } from '../../../engine/domain/invariants/no-duplicate.ts';
import { heardOrderLost, loggedOrderLost, orderUnexpected } from '../../../engine/domain/invariants/no-lost-order.ts';
import type { LedgerOrder } from '../../../engine/domain/ledger-facts.ts';
import { orderIdOf } from '../../../engine/domain/order-id.ts';
import type { Digest } from '../../../engine/ports/digest.ts';
import type { Ledger } from '../../../engine/ports/ledger.ts';
import { isYes } from '../actors/heard.ts';
import { type BrokenPromise, brokenBecause, brokenBy } from './broken-promise.ts';
import { notLate } from './not-late.ts';
import type { RestingSale } from './resting-sale.ts';

const pageSize = 1_000;

/** All orders of a ledger, read at once: each is asked for again and again. */
type Orders = ReadonlyMap<OrderId, LedgerOrder>;

export async function ordersIn(ledger: Ledger): Promise<Orders> {
  const orders = new Map<OrderId, LedgerOrder>();
  for await (const page of ledger.scan(null, pageSize)) for (const order of page) orders.set(order.orderId, order);
  return orders;
}

/** Every record that is not late is in the ledger, and the ledger has nothing else. */
export function judgeLog({ log }: RestingSale, orders: Orders): readonly BrokenPromise[] {
  const found: BrokenPromise[] = [];
  const logged = new Set<OrderId>();
  for (const { partition, offset, record } of notLate(log)) {
    logged.add(record.orderId);
    if (!orders.has(record.orderId)) found.push(brokenBy(loggedOrderLost(record.orderId, partition, offset)));
  }
  for (const { orderId, state } of orders.values()) {
    if (!logged.has(orderId)) found.push(brokenBy(orderUnexpected(orderId)));
    // Poison here has no readable id, so nothing that a buyer wanted is ever revoked in a healthy sale.
    if (state === 'revoked')
      found.push(brokenBecause('no-lost-order', `order ${orderId} was revoked, and its record was sound`));
  }
  return found;
}

/** What buyers heard, against what the ledger has. */
export function judgeHeard({ digest, heard }: RestingSale, orders: Orders, secret: string): readonly BrokenPromise[] {
  const idOf = rememberedIds(secret, digest);
  const found: BrokenPromise[] = [];
  const accepted = new Set<OrderId>();
  const onlyRefused = new Map<OrderId, boolean>();
  for (const { userId, key, outcome } of heard) {
    const own = idOf(userId, key);
    const refused = outcome.kind === 'sold_out' || outcome.kind === 'over_limit';
    onlyRefused.set(own, refused && (onlyRefused.get(own) ?? true));
    if (!isYes(outcome)) continue;
    if (outcome.orderId !== own) found.push(brokenBy(otherOrderHeard(userId, key, outcome.orderId, own)));
    if (outcome.kind === 'accepted' && accepted.has(own)) found.push(brokenBy(acceptedTwice(own, userId, key)));
    if (outcome.kind === 'accepted') accepted.add(own);
    if (!orders.has(own)) found.push(brokenBy(heardOrderLost(own)));
  }
  for (const [orderId, refused] of onlyRefused) {
    if (refused && orders.has(orderId))
      found.push(
        brokenBecause(
          'no-lost-order',
          `order ${orderId} is in the ledger, and all that its buyer ever heard were refusals`,
        ),
      );
  }
  return found;
}

/** Most buyers hear of a key more than once. */
function rememberedIds(secret: string, digest: Digest): (userId: UserId, key: IdempotencyKey) => OrderId {
  const known = new Map<UserId, Map<IdempotencyKey, OrderId>>();
  return (userId, key) => {
    const ofUser = known.get(userId) ?? new Map<IdempotencyKey, OrderId>();
    known.set(userId, ofUser);
    const orderId = ofUser.get(key) ?? orderIdOf(secret, userId, key, digest);
    ofUser.set(key, orderId);
    return orderId;
  };
}

/** A hold that is over is over: nobody confirmed it behind its end, by the clock of the ledger. */
export function confirmedTooLate(orders: Orders): readonly BrokenPromise[] {
  const found: BrokenPromise[] = [];
  for (const { orderId, expiresAt, history } of orders.values()) {
    const confirmed = history.find(({ state }) => state === 'confirmed');
    if (expiresAt === null || confirmed === undefined || confirmed.at < expiresAt) continue;
    const text = `order ${orderId} was confirmed ${confirmed.at - expiresAt} ms behind the end of its hold`;
    found.push(brokenBecause('liveness', text, 'confirmed_too_late'));
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
