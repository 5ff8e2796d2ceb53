import { nodeDigest } from '../../src/adapters/node/node-digest.ts';
import type { IdempotencyKey, OrderId, SaleId, UserId } from '../../src/engine/domain/ids.ts';
import { countersAgainstLines, gateAgainstLedger } from '../../src/engine/domain/invariants/conservation.ts';
import type { Finding } from '../../src/engine/domain/invariants/finding.ts';
import { overLimit } from '../../src/engine/domain/invariants/limits.ts';
import { holdOverdue, outboxStuck, releaseStuck } from '../../src/engine/domain/invariants/liveness.ts';
import { MarkersSeen } from '../../src/engine/domain/invariants/markers-seen.ts';
import { acceptedTwice, keyWithTwoOrders, otherOrderHeard } from '../../src/engine/domain/invariants/no-duplicate.ts';
import { heardOrderLost, loggedOrderLost, orderUnexpected } from '../../src/engine/domain/invariants/no-lost-order.ts';
import { oversold, oversoldAtGate } from '../../src/engine/domain/invariants/no-oversell.ts';
import { orderIdOf } from '../../src/engine/domain/order-id.ts';
import type { PlaceOutcome } from '../../src/engine/engine.ts';
import { ledgerGroup } from '../../src/engine/ports/order-log.ts';
import type { MemoryFleet } from './memory-fleet.ts';

/** What one request heard. */
export interface Heard {
  readonly userId: UserId;
  readonly key: IdempotencyKey;
  readonly outcome: PlaceOutcome;
}

/** Whether nothing is on its way any more: outbox, lag, releases and lowerings are done with and the gate is open. */
export async function isQuiet(fleet: MemoryFleet, saleId: SaleId): Promise<boolean> {
  const sale = await fleet.ledger.sale(saleId);
  if (sale?.epoch?.state !== 'open' || (await fleet.ledger.epochsWanted()).length > 0) return false;
  const outbox = await fleet.gate.unsettled(saleId, sale.epoch.epoch, 0, 1);
  if (outbox.kind === 'rebuilding' || outbox.size > 0) return false;
  const lag = await fleet.orderLog.lag(ledgerGroup);
  if (lag.some((partition) => partition.lag > 0n)) return false;
  if ((await fleet.ledger.pendingReleases(saleId, 1)).length > 0) return false;
  return (await fleet.ledger.pendingStockChanges()).length === 0;
}

/** Design.md section 8 over everything there is. Only for a quiet world. */
export async function brokenPromises(
  fleet: MemoryFleet,
  saleId: SaleId,
  heard: readonly Heard[],
): Promise<readonly (Finding | string)[]> {
  const found: (Finding | string)[] = [];
  const sale = await fleet.ledger.sale(saleId);
  if (!sale?.epoch) return ['the sale has no epoch'];
  const stock = await fleet.gate.stock(saleId, sale.epoch.epoch);
  if (stock.kind === 'rebuilding') return ['the gate is not open'];
  for (const product of await fleet.ledger.auditProducts()) {
    const gate = stock.products.find((each) => each.productId === product.productId);
    found.push(...oversold(product), ...countersAgainstLines(product), ...gateAgainstLedger(product, gate));
    if (gate) found.push(...oversoldAtGate(saleId, gate));
  }
  for (const double of await fleet.ledger.auditDuplicateKeys(100))
    found.push(keyWithTwoOrders(double.saleId, double.userId, double.key, double.orderIds));
  for (const buyer of await fleet.ledger.auditLimits(100)) {
    const over = overLimit(buyer);
    if (over) found.push(over);
  }
  for (const { orderId, expiresAt } of await fleet.ledger.auditOverdue(5_000, 100))
    found.push(holdOverdue(orderId, expiresAt));
  for (const { orderId, since } of await fleet.ledger.auditStuckReleases(5_000, 100))
    found.push(releaseStuck(orderId, since));
  const outbox = await fleet.gate.unsettled(saleId, sale.epoch.epoch, 0, 1);
  if (outbox.kind === 'unsettled') {
    const stuck = outboxStuck(saleId, outbox.size, outbox.orders[0]?.ageMs ?? 0, 5_000);
    if (stuck) found.push(stuck);
  }
  found.push(...(await judgeLog(fleet)), ...(await judgeHeard(fleet, sale.orderIdSecret, heard)));
  return found;
}

/** Every record ahead of newer markers is in the ledger, and the ledger has nothing else. */
async function judgeLog(fleet: MemoryFleet): Promise<readonly (Finding | string)[]> {
  const found: (Finding | string)[] = [];
  const markers = new MarkersSeen();
  const logged = new Set<OrderId>();
  for await (const batch of fleet.orderLog.scan()) {
    for (const entry of batch.entries) {
      if (entry.kind === 'marker') markers.marker(batch.partition, entry.marker);
      if (entry.kind !== 'order' || markers.isLate(batch.partition, entry.record)) continue;
      logged.add(entry.record.orderId);
      const order = await fleet.ledger.order(entry.record.orderId);
      if (!order) found.push(loggedOrderLost(entry.record.orderId, batch.partition, entry.offset));
    }
  }
  for await (const page of fleet.ledger.scan(null, 1_000)) {
    for (const { orderId, state } of page) {
      if (!logged.has(orderId)) found.push(orderUnexpected(orderId));
      if (state === 'revoked') found.push(`order ${orderId} was revoked in a world without poison`);
    }
  }
  return found;
}

async function judgeHeard(
  fleet: MemoryFleet,
  secret: string,
  heard: readonly Heard[],
): Promise<readonly (Finding | string)[]> {
  const found: (Finding | string)[] = [];
  const accepted = new Set<OrderId>();
  const onlyRefused = new Map<OrderId, boolean>();
  for (const { userId, key, outcome } of heard) {
    const own = orderIdOf(secret, userId, key, nodeDigest);
    const refused = outcome.kind === 'sold_out' || outcome.kind === 'over_limit';
    onlyRefused.set(own, refused && (onlyRefused.get(own) ?? true));
    if (outcome.kind !== 'accepted' && outcome.kind !== 'duplicate') continue;
    if (outcome.orderId !== own) found.push(otherOrderHeard(userId, key, outcome.orderId, own));
    if (outcome.kind === 'accepted' && accepted.has(own)) found.push(acceptedTwice(own, userId, key));
    if (outcome.kind === 'accepted') accepted.add(own);
    if ((await fleet.ledger.order(own)) === null) found.push(heardOrderLost(own));
  }
  for (const [orderId, refused] of onlyRefused) {
    if (refused && (await fleet.ledger.order(orderId)) !== null)
      found.push(`order ${orderId} is in the ledger, and all that its buyer ever heard were refusals`);
  }
  return found;
}
