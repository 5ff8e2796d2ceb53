import type { ServerId } from '../domain/ids.ts';
import type { ServerRow } from '../domain/ledger-facts.ts';
import type { Clock } from '../ports/clock.ts';
import type { LedgerFleet } from '../ports/ledger-fleet.ts';

/** A hold begins within the lease, and its append ends within less than another: what is silent for two has nothing under way. */
export const nothingUnderWayLeases = 2;

export interface SeenServer extends ServerRow {
  /** For so long at least it has not renewed. */
  readonly silentMs: number;
}

/**
 * The rows of the servers, and how old they are by this process's own steady clock. The ledger's clock may be set: a rebuild that
 * believed it would not wait for servers that have their lease. A row counts from when it was first seen as it is, so that
 * a process that has only begun to look takes all servers for living ones.
 */
export interface ServerRows {
  /** Rejects where the ledger does not answer. */
  look(): Promise<readonly SeenServer[]>;
}

export function createServerRows(use: {
  readonly ledger: Pick<LedgerFleet, 'serverRows'>;
  readonly clock: Clock;
}): ServerRows {
  let known: ReadonlyMap<ServerId, ServerRow & { readonly sinceMs: number }> = new Map();
  return {
    async look() {
      const rows = await use.ledger.serverRows();
      // Not before the read: a renewal that it met on its way would count from before it was made.
      const nowMs = use.clock.monotonicMs();
      const aged = rows.map((row) => {
        const last = known.get(row.serverId);
        return { ...row, sinceMs: last?.renewal === row.renewal ? last.sinceMs : nowMs };
      });
      known = new Map(aged.map((row) => [row.serverId, row]));
      return aged.map(({ sinceMs, ...row }) => ({ ...row, silentMs: nowMs - sinceMs }));
    },
  };
}
