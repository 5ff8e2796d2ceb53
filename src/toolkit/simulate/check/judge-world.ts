import type { OrderId } from '../../../engine/domain/ids.ts';
import { countersAgainstLines, gateAgainstLedger } from '../../../engine/domain/invariants/conservation.ts';
import { overLimit } from '../../../engine/domain/invariants/limits.ts';
import { holdOverdue, outboxStuck, releaseStuck } from '../../../engine/domain/invariants/liveness.ts';
import { MarkersSeen } from '../../../engine/domain/invariants/markers-seen.ts';
import { acceptedTwice, keyWithTwoOrders, otherOrderHeard } from '../../../engine/domain/invariants/no-duplicate.ts';
import { heardOrderLost, loggedOrderLost, orderUnexpected } from '../../../engine/domain/invariants/no-lost-order.ts';
import { oversold, oversoldAtGate } from '../../../engine/domain/invariants/no-oversell.ts';
import { orderIdOf } from '../../../engine/domain/order-id.ts';
import type { Heard, HeardEnd } from '../actors/heard.ts';
import { saleId, type World } from '../world/world.ts';
import { type BrokenPromise, brokenBecause, brokenBy } from './broken-promise.ts';
import { confirmedTooLate, passesSpentTwice } from './judge-orders.ts';

/** No list of findings is longer: the first few say it. */
const atMost = 20;
/** Longer than anything waits in a world that has come to rest. */
const graceMs = 5_000;

/** All invariants of design.md section 8 over a world that has come to rest. */
export async function judgeWorld(
  world: World,
  { heard, ends }: { readonly heard: readonly Heard[]; readonly ends: readonly HeardEnd[] },
): Promise<readonly BrokenPromise[]> {
  const { ledger } = world.services;
  const sale = await ledger.sale(saleId);
  if (!sale?.epoch) return [brokenBecause('liveness', 'the sale has no epoch')];
  const { gate } = world.gate.losable;
  const stock = await gate.stock(saleId, sale.epoch.epoch);
  if (stock.kind === 'rebuilding') return [brokenBecause('liveness', 'the gate is not open')];
  const found: BrokenPromise[] = [];
  for (const product of await ledger.auditProducts()) {
    const atGate = stock.products.find((each) => each.productId === product.productId);
    found.push(
      ...[...oversold(product), ...countersAgainstLines(product), ...gateAgainstLedger(product, atGate)].map(brokenBy),
    );
    if (atGate) found.push(...oversoldAtGate(saleId, atGate).map(brokenBy));
  }
  for (const double of await ledger.auditDuplicateKeys(atMost))
    found.push(brokenBy(keyWithTwoOrders(double.saleId, double.userId, double.key, double.orderIds)));
  // A limit that was lowered during the sale says nothing of the orders before it.
  if (!world.plan.operators.some(({ kind }) => kind === 'limit')) {
    for (const buyer of await ledger.auditLimits(atMost))
      found.push(...[overLimit(buyer)].flatMap((each) => (each ? [brokenBy(each)] : [])));
  }
  for (const { orderId, expiresAt } of await ledger.auditOverdue(graceMs, atMost))
    found.push(brokenBy(holdOverdue(orderId, expiresAt)));
  for (const { orderId, since } of await ledger.auditStuckReleases(graceMs, atMost))
    found.push(brokenBy(releaseStuck(orderId, since)));
  const outbox = await gate.unsettled(saleId, sale.epoch.epoch, 0, 1);
  if (outbox.kind === 'unsettled') {
    const stuck = outboxStuck(saleId, outbox.size, outbox.orders[0]?.ageMs ?? 0, graceMs);
    if (stuck) found.push(brokenBy(stuck));
  }
  found.push(...(await judgeLog(world)), ...(await judgeHeard(world, sale.orderIdSecret, heard)));
  found.push(...(await confirmedTooLate(world)), ...passesSpentTwice(world));
  found.push(...(await judgeEnds(world, ends)));
  found.push(...world.escaped.map((error) => brokenBecause('liveness', `an error that no flow handles: ${error}`)));
  return found;
}

/** Every record ahead of newer markers is in the ledger, and the ledger has nothing else. */
async function judgeLog(world: World): Promise<readonly BrokenPromise[]> {
  const { ledger, log } = world.services;
  const found: BrokenPromise[] = [];
  const markers = new MarkersSeen();
  const logged = new Set<OrderId>();
  for (let partition = 0; partition < log.partitions; partition += 1) {
    for (const entry of log.entries(partition)) {
      if (entry.kind === 'marker') markers.marker(partition, entry.marker);
      if (entry.kind !== 'order' || markers.isLate(partition, entry.record)) continue;
      const { orderId } = entry.record;
      logged.add(orderId);
      if ((await ledger.order(orderId)) === null)
        found.push(brokenBy(loggedOrderLost(orderId, partition, entry.offset)));
    }
  }
  for await (const page of ledger.scan(null, 1_000)) {
    for (const { orderId, state } of page) {
      if (!logged.has(orderId)) found.push(brokenBy(orderUnexpected(orderId)));
      // Poison here has no readable id, so nothing that a buyer wanted is ever revoked in a healthy world.
      if (state === 'revoked')
        found.push(brokenBecause('no-lost-order', `order ${orderId} was revoked, and its record was sound`));
    }
  }
  return found;
}

/** What buyers heard, against what the ledger has. */
async function judgeHeard(world: World, secret: string, heard: readonly Heard[]): Promise<readonly BrokenPromise[]> {
  const { ledger, parts } = world.services;
  const found: BrokenPromise[] = [];
  const accepted = new Set<OrderId>();
  const onlyRefused = new Map<OrderId, boolean>();
  for (const { userId, key, outcome } of heard) {
    const own = orderIdOf(secret, userId, key, parts.digest);
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

/** Whoever heard that his order is confirmed or cancelled finds it so. */
async function judgeEnds(world: World, ends: readonly HeardEnd[]): Promise<readonly BrokenPromise[]> {
  const found: BrokenPromise[] = [];
  for (const { orderId, state } of ends) {
    const order = await world.services.ledger.order(orderId);
    if (order !== null && order.state !== state)
      found.push(
        brokenBecause(
          'no-lost-order',
          `a buyer heard that ${orderId} is ${state}, and it is ${order.state}`,
          'heard_other_end',
        ),
      );
  }
  return found;
}
