import { countersAgainstLines, gateAgainstLedger } from '../../../engine/domain/invariants/conservation.ts';
import { overLimit } from '../../../engine/domain/invariants/limits.ts';
import { holdOverdue, outboxStuck, releaseStuck } from '../../../engine/domain/invariants/liveness.ts';
import { keyWithTwoOrders } from '../../../engine/domain/invariants/no-duplicate.ts';
import { oversold, oversoldAtGate } from '../../../engine/domain/invariants/no-oversell.ts';
import { type BrokenPromise, brokenBecause, brokenBy } from './broken-promise.ts';
import { confirmedTooLate, judgeHeard, judgeLog, ordersIn, passesSpentTwice } from './judge-orders.ts';
import type { RestingSale } from './resting-sale.ts';

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
  const orders = await ordersIn(ledger);
  return [
    ...found,
    ...judgeLog(sale, orders),
    ...judgeHeard(sale, orders, row.orderIdSecret),
    ...confirmedTooLate(orders),
    ...passesSpentTwice(sale),
  ];
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
