import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { ServerLease } from './server-lease.ts';

/** Two renewals: whoever takes longer is cut off, and what it answers meanwhile is 503. */
const patienceMs = 1_000;
/** Four renewals without a word: its process has died, and its row stays until the lease is over. */
const goneMs = 2_000;
const pollMs = 50;

/**
 * Waits until every other server has read the ledger again. Then a sale that is open is open on all of them, and nobody hears
 * `rebuilding` from one that does not know it yet. Gives up after a second: it is a courtesy, nothing rests on it.
 */
export async function tellFleet(use: {
  readonly ledger: Pick<Ledger, 'ping' | 'serversSilentSince'>;
  readonly lease: Pick<ServerLease, 'serverId'>;
  readonly clock: Clock;
}): Promise<void> {
  const { nowMs } = await use.ledger.ping();
  const deadlineMs = use.clock.monotonicMs() + patienceMs;
  for (;;) {
    const silent = await use.ledger.serversSilentSince(nowMs, goneMs);
    if (silent.every((serverId) => serverId === use.lease.serverId)) return;
    if (use.clock.monotonicMs() > deadlineMs) return;
    await use.clock.sleep(pollMs, undefined);
  }
}
