import type { OrderId, SaleId } from '../ids.ts';
import { type Instant, isoOf } from '../time.ts';
import { type Finding, finding } from './finding.ts';

/** A hold outlived its deadline and the grace. */
export function holdOverdue(orderId: OrderId, expiresAt: Instant): Finding {
  return finding('hold_overdue', `${orderId} should have ended at ${isoOf(expiresAt)} and still holds its units`, {
    ids: [orderId],
    look: `fluxgate order show ${orderId}; is a controller running? (GET /stats)`,
  });
}

/** The ledger gave units back, and the gate has not said that it got them. */
export function releaseStuck(orderId: OrderId, since: Instant): Finding {
  const text = `the units of ${orderId} are free in the ledger since ${isoOf(since)}, and the gate has not acknowledged it`;
  return finding('release_stuck', text, { ids: [orderId], look: 'GET /stats: is a controller running?' });
}

/** Holds whose order nobody brought to the log. Null where the outbox drains. */
export function outboxStuck(saleId: SaleId, size: number, oldestMs: number, graceMs: number): Finding | null {
  if (size === 0 || oldestMs <= graceMs) return null;
  const text = `the outbox of ${saleId} does not drain: ${size} waiting, the oldest for ${Math.round(oldestMs / 1000)} s`;
  return finding('outbox_stuck', text, {
    ids: [saleId],
    numbers: { size, oldestMs, graceMs },
    look: 'GET /stats: is a controller running, does the order log answer?',
  });
}
