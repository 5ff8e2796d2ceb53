import type { Clock } from '../../engine/ports/clock.ts';
import type { Ledger } from '../../engine/ports/ledger.ts';
import { memoryLedgerAudit } from './memory-ledger-audit.ts';
import { memoryLedgerFleet } from './memory-ledger-fleet.ts';
import { memoryLedgerKeys } from './memory-ledger-keys.ts';
import { memoryLedgerOrders } from './memory-ledger-orders.ts';
import { memoryLedgerSales } from './memory-ledger-sales.ts';
import { createLedgerState } from './memory-ledger-state.ts';

/**
 * The ledger in this process's memory, with the semantics of the PostgreSQL one: each call is one synchronous body and so
 * one transaction, and `clock.now()` is the database's clock.
 */
export function createMemoryLedger(use: { readonly clock: Clock }): Ledger {
  const state = createLedgerState(use.clock);
  return {
    ...memoryLedgerOrders(state),
    ...memoryLedgerSales(state),
    ...memoryLedgerKeys(state),
    ...memoryLedgerFleet(state),
    ...memoryLedgerAudit(state),
    ping: async () => ({ latencyMs: 0, nowMs: use.clock.now() }),
    close: async () => {},
  };
}
