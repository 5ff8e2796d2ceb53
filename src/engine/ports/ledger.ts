import type { LedgerAudit } from './ledger-audit.ts';
import type { LedgerFleet } from './ledger-fleet.ts';
import type { LedgerKeys } from './ledger-keys.ts';
import type { LedgerOrders } from './ledger-orders.ts';
import type { LedgerSales } from './ledger-sales.ts';

/**
 * The authority, in five roles. Every method throws FluxError `ledger_unreachable` where the ledger does not answer, and
 * `ledger_full` where its disk is full or read-only; a method that was cut off may have happened: all are safe to repeat.
 */
export interface Ledger extends LedgerOrders, LedgerSales, LedgerKeys, LedgerFleet, LedgerAudit {
  /** Milliseconds of one round trip and the ledger's clock. */
  ping(): Promise<{ readonly latencyMs: number; readonly nowMs: number }>;
  close(): Promise<void>;
}

export type { Lease } from './lease.ts';
