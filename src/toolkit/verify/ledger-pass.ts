import type { SaleId } from '../../engine/domain/ids.ts';
import type { Findings } from '../../engine/domain/invariants/findings.ts';
import { overLimit } from '../../engine/domain/invariants/limits.ts';
import { holdOverdue, releaseStuck } from '../../engine/domain/invariants/liveness.ts';
import { keyWithTwoOrders, rowTwice } from '../../engine/domain/invariants/no-duplicate.ts';
import { orderUnexpected } from '../../engine/domain/invariants/no-lost-order.ts';
import type { OrderState } from '../../engine/domain/order.ts';
import type { Instant } from '../../engine/domain/time.ts';
import type { OrderCounts } from '../../engine/ports/ledger-audit.ts';
import type { LedgerBook } from './books.ts';
import { type IdTable, idMarks } from './id-table.ts';
import type { KnownSales } from './known-sales.ts';

/** Rows asked of each list: what is beyond is only counted as "at least". */
const rowsAsked = 1_000;
/** Orders of one page where the ledger is scanned for rows that should not be there. */
const scanPage = 2_000;

/** Orders by state, over the sales that are looked at. */
export type OrdersByState = Readonly<Record<OrderState, number>>;

/** Sums the ledger's own counts over the sales that are looked at. */
export function ordersByState(counts: readonly OrderCounts[], sales: KnownSales): OrdersByState {
  const sum = { accepted: 0, confirmed: 0, expired: 0, cancelled: 0, refunded: 0, revoked: 0 };
  for (const { saleId, byState } of counts) {
    if (!sales.looksAt(saleId)) continue;
    sum.accepted += byState.accepted;
    sum.confirmed += byState.confirmed;
    sum.expired += byState.expired;
    sum.cancelled += byState.cancelled;
    sum.refunded += byState.refunded;
    sum.revoked += byState.revoked;
  }
  return sum;
}

export function allOrders(by: OrdersByState): number {
  return by.accepted + by.confirmed + by.expired + by.cancelled + by.refunded + by.revoked;
}

/** What the rows showed. */
export interface RowTally {
  /** Orders beyond the first of their key. */
  readonly surplusOrders: number;
}

/** Invariants 4 and 5, by the ledger's rows alone. */
export async function checkRows(ledger: LedgerBook, sales: KnownSales, findings: Findings): Promise<RowTally> {
  const keys = await ledger.auditDuplicateKeys(rowsAsked);
  if (keys.length >= rowsAsked) findings.atLeast('no-duplicate');
  let surplusOrders = 0;
  for (const { saleId, userId, key, orderIds } of keys) {
    if (!sales.looksAt(saleId)) continue;
    surplusOrders += orderIds.length - 1;
    findings.add(keyWithTwoOrders(saleId, userId, key, orderIds));
  }
  const buyers = await ledger.auditLimits(rowsAsked);
  if (buyers.length >= rowsAsked) findings.atLeast('limits');
  for (const buyer of buyers) {
    const found = sales.looksAt(buyer.saleId) ? overLimit(buyer) : null;
    if (found) findings.add(found);
  }
  return { surplusOrders };
}

/** What the ledger waits for. Lists hold the first rows; a full one says "at least". */
export interface Waiting {
  readonly overdue: number;
  readonly stuckReleases: number;
}

/**
 * Invariant 7, by the ledger's clock. `judged`: false where no server runs that could end a hold: then it is only counted.
 * The lists are of all sales: they carry no sale, and a stuck controller is stuck for all.
 */
export async function checkWaiting(
  ledger: LedgerBook,
  findings: Findings,
  options: { readonly graceMs: number; readonly judged: boolean },
): Promise<Waiting> {
  const overdue = await ledger.auditOverdue(options.graceMs, rowsAsked);
  const stuck = await ledger.auditStuckReleases(options.graceMs, rowsAsked);
  if (options.judged) {
    if (overdue.length >= rowsAsked || stuck.length >= rowsAsked) findings.atLeast('liveness');
    for (const { orderId, expiresAt } of overdue) findings.add(holdOverdue(orderId, expiresAt));
    for (const { orderId, since } of stuck) findings.add(releaseStuck(orderId, since));
  }
  return { overdue: overdue.length, stuckReleases: stuck.length };
}

/**
 * Names the rows that the log does not have, and those that are there twice. Reads every order, so it is called only
 * where the counts already say that there is something to find. Returns how many orders are unexpected.
 */
export async function nameUnexpected(
  ledger: LedgerBook,
  saleId: SaleId | null,
  table: IdTable,
  findings: Findings,
  since: Instant | null,
): Promise<number> {
  let unexpected = 0;
  for await (const page of ledger.scan(saleId, scanPage)) {
    for (const { orderId, acceptedAt } of page) {
      if (since !== null && acceptedAt < since) continue;
      const before = table.mark(orderId, idMarks.scanned);
      if ((before & idMarks.scanned) !== 0) findings.add(rowTwice(orderId));
      else if ((before & idMarks.logged) === 0) {
        unexpected += 1;
        findings.add(orderUnexpected(orderId));
      }
    }
  }
  return unexpected;
}
