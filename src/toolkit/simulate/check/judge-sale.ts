import type { IdempotencyKey, OrderId, SaleId, UserId } from '../../../engine/domain/ids.ts';
import { countersAgainstLines, gateAgainstLedger } from '../../../engine/domain/invariants/conservation.ts';
import { overLimit } from '../../../engine/domain/invariants/limits.ts';
import { holdOverdue, outboxStuck, releaseStuck } from '../../../engine/domain/invariants/liveness.ts';
import { acceptedTwice, keyWithTwoOrders, otherOrderHeard } from '../../../engine/domain/invariants/no-duplicate.ts';
import { heardOrderLost, loggedOrderLost, orderUnexpected } from '../../../engine/domain/invariants/no-lost-order.ts';
import { oversold, oversoldAtGate } from '../../../engine/domain/invariants/no-oversell.ts';
import { orderIdOf } from '../../../engine/domain/order-id.ts';
import type { PlaceOutcome } from '../../../engine/engine.ts';
import type { Digest } from '../../../engine/ports/digest.ts';
import type { Gate } from '../../../engine/ports/gate.ts';
import type { Ledger } from '../../../engine/ports/ledger.ts';
import type { LogEntry } from '../../../engine/ports/order-log.ts';
import { type BrokenPromise, brokenBecause, brokenBy } from './broken-promise.ts';
import { notLate } from './not-late.ts';

/** All that there is of a sale that has come to rest. */
export interface RestingSale {
  readonly saleId: SaleId;
  readonly ledger: Ledger;
  readonly gate: Gate;
  /** By partition: all that readers can see. */
  readonly log: readonly (readonly LogEntry[])[];
  readonly digest: Digest;
  /** Each answer to each wish for an order. */
  readonly heard: readonly {
    readonly userId: UserId;
    readonly key: IdempotencyKey;
    readonly outcome: PlaceOutcome | { readonly kind: 'nothing' };
  }[];
  /** False where somebody lowered a limit: it says nothing of the orders before that. */
  readonly limitsHold: boolean;
}

/** No list of findings is longer: the first few say it. */
const atMost = 20;
/** Longer than anything waits in a sale that has come to rest. */
const graceMs = 5_000;

/** Invariants 1 to 5 and 7 of design.md section 8 over gate, log, ledger and what buyers heard. */
export async function judgeSale(sale: RestingSale): Promise<readonly BrokenPromise[]> {
  const { saleId, ledger, gate } = sale;
  const row = await ledger.sale(saleId);
  if (!row?.epoch) return [brokenBecause('liveness', 'the sale has no epoch')];
  const { epoch } = row.epoch;
  const stock = await gate.stock(saleId, epoch);
  if (stock.kind === 'rebuilding') return [brokenBecause('liveness', 'the gate is not open')];
  const found: BrokenPromise[] = [];
  for (const product of await ledger.auditProducts()) {
    const atGate = stock.products.find((each) => each.productId === product.productId);
    found.push(
      ...[...oversold(product), ...countersAgainstLines(product), ...gateAgainstLedger(product, atGate)].map(brokenBy),
    );
    if (atGate) found.push(...oversoldAtGate(saleId, atGate).map(brokenBy));
  }
  found.push(...(await judgeBuyers(sale)));
  for (const { orderId, expiresAt } of await ledger.auditOverdue(graceMs, atMost))
    found.push(brokenBy(holdOverdue(orderId, expiresAt)));
  for (const { orderId, since } of await ledger.auditStuckReleases(graceMs, atMost))
    found.push(brokenBy(releaseStuck(orderId, since)));
  const outbox = await gate.unsettled(saleId, epoch, 0, 1);
  if (outbox.kind === 'unsettled') {
    const stuck = outboxStuck(saleId, outbox.size, outbox.orders[0]?.ageMs ?? 0, graceMs);
    if (stuck) found.push(brokenBy(stuck));
  }
  return [...found, ...(await judgeLog(sale)), ...(await judgeHeard(sale, row.orderIdSecret))];
}

/** No key has two orders, and nobody more than his limit. */
async function judgeBuyers({ ledger, limitsHold }: RestingSale): Promise<readonly BrokenPromise[]> {
  const found: BrokenPromise[] = [];
  for (const double of await ledger.auditDuplicateKeys(atMost))
    found.push(brokenBy(keyWithTwoOrders(double.saleId, double.userId, double.key, double.orderIds)));
  if (!limitsHold) return found;
  for (const buyer of await ledger.auditLimits(atMost)) {
    const over = overLimit(buyer);
    if (over) found.push(brokenBy(over));
  }
  return found;
}

/** Every record that is not late is in the ledger, and the ledger has nothing else. */
async function judgeLog({ ledger, log }: RestingSale): Promise<readonly BrokenPromise[]> {
  const found: BrokenPromise[] = [];
  const logged = new Set<OrderId>();
  for (const { partition, offset, record } of notLate(log)) {
    logged.add(record.orderId);
    if ((await ledger.order(record.orderId)) === null)
      found.push(brokenBy(loggedOrderLost(record.orderId, partition, offset)));
  }
  for await (const page of ledger.scan(null, 1_000)) {
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
async function judgeHeard({ ledger, digest, heard }: RestingSale, secret: string): Promise<readonly BrokenPromise[]> {
  const found: BrokenPromise[] = [];
  const accepted = new Set<OrderId>();
  const onlyRefused = new Map<OrderId, boolean>();
  for (const { userId, key, outcome } of heard) {
    const own = orderIdOf(secret, userId, key, digest);
    const refused = outcome.kind === 'sold_out' || outcome.kind === 'over_limit';
    onlyRefused.set(own, refused && (onlyRefused.get(own) ?? true));
    if (outcome.kind !== 'accepted' && outcome.kind !== 'duplicate') continue;
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
