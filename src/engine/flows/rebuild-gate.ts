import type { GateId, SaleId } from '../domain/ids.ts';
import type { EpochRow } from '../domain/ledger-facts.ts';
import type { CancelSignal, Clock } from '../ports/clock.ts';
import type { Gate } from '../ports/gate.ts';
import type { Lease } from '../ports/ledger.ts';
import type { LedgerFleet } from '../ports/ledger-fleet.ts';
import type { LedgerSales } from '../ports/ledger-sales.ts';
import type { OrderLog } from '../ports/order-log.ts';
import type { Telemetry } from '../ports/telemetry.ts';

export interface RebuildParts {
  readonly gate: Gate;
  readonly orderLog: Pick<OrderLog, 'mark' | 'partitions'>;
  readonly ledger: LedgerFleet & Pick<LedgerSales, 'sale'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** L: how long a server may use what its last renewal said. */
  readonly serverLeaseMs: number;
  readonly appendDeadlineMs: number;
}

/** `abandoned`: somebody has a newer epoch, or the gate refused; whoever still wants one asks for the next. */
export type RebuildVerdict =
  | { readonly kind: 'opened'; readonly epoch: EpochRow }
  | { readonly kind: 'abandoned'; readonly why: string };

/** How often a waiting rebuild looks again: cheap queries, and a buyer notices a tenth of a second at most. */
const pollMs = 50;

/**
 * Makes the gate of a sale anew from the ledger, each step in the order of design.md section 6.
 * Rejects where ledger or log do not answer; the epoch then stays `taken` and the next attempt takes another.
 */
export async function rebuildGate(
  target: { readonly saleId: SaleId; readonly gateId: GateId; readonly reason: string },
  lease: () => Lease | null,
  signal: CancelSignal,
  use: RebuildParts,
): Promise<RebuildVerdict> {
  const { saleId, gateId } = target;
  const held = lease();
  if (!held) return { kind: 'abandoned', why: 'the lease was lost' };
  const row = await use.ledger.nextEpoch(saleId, gateId, target.reason, held);
  const { epoch } = row;

  // Not reachable is no reason to stop: whatever lives on there is fenced off by the servers' lease.
  await use.gate.raiseFence(saleId, epoch).catch((error: unknown) => use.telemetry.fault('rebuild-gate', error));

  if (epoch > 1) {
    const passed = await quiesce(row, lease, signal, use);
    if (passed !== null) return { kind: 'abandoned', why: passed };
  }

  const begun = await use.gate.begin(saleId, epoch);
  if (begun.kind === 'refused') return { kind: 'abandoned', why: 'the gate refused to begin' };
  for await (const chunk of use.ledger.snapshot(saleId)) {
    const loaded = await use.gate.load(saleId, epoch, chunk);
    if (loaded.kind === 'refused') return { kind: 'abandoned', why: 'the gate refused a piece of the snapshot' };
  }
  const opened = await use.gate.open(saleId, epoch);
  if (opened.kind === 'refused') return { kind: 'abandoned', why: 'the gate refused to open' };

  const present = lease();
  if (!present) return { kind: 'abandoned', why: 'the lease was lost' };
  if (!(await use.ledger.openEpoch(saleId, gateId, epoch, present)))
    return { kind: 'abandoned', why: 'a newer epoch was taken' };
  use.telemetry.count('gate_rebuilt');
  return { kind: 'opened', epoch: { ...row, state: 'open' } };
}

/** Steps 3 and 4: until the ledger holds every order that anybody was ever told of. Null, or why to stop. */
async function quiesce(
  row: EpochRow,
  lease: () => Lease | null,
  signal: CancelSignal,
  use: RebuildParts,
): Promise<string | null> {
  const { saleId, gateId, epoch } = row;
  const marker = { saleId, gateId, epoch };

  let anyServer = false;
  for (;;) {
    const { behind, known } = await use.ledger.serversBehind(row.number, use.serverLeaseMs);
    anyServer ||= known > 0;
    if (behind.length === 0) break;
    const stop = await pause(pollMs, row, lease, signal, use);
    if (stop !== null) return stop;
  }
  // What a server had sent before it saw the epoch may still reach the log until its deadline is over. A stop cuts the wait
  // short, and then no marker may be written: it would stand ahead of orders whose buyers heard yes.
  if (anyServer) {
    const stop = await pause(use.appendDeadlineMs, row, lease, signal, use);
    if (stop !== null) return stop;
  }

  await use.orderLog.mark(marker);
  for (;;) {
    const past = await use.ledger.partitionsPast(marker);
    if (past.length >= use.orderLog.partitions) return null;
    const stop = await pause(pollMs, row, lease, signal, use);
    if (stop !== null) return stop;
  }
}

/** Null after `ms`, or why the attempt has to be abandoned. */
async function pause(
  ms: number,
  row: EpochRow,
  lease: () => Lease | null,
  signal: CancelSignal,
  use: RebuildParts,
): Promise<string | null> {
  await use.clock.sleep(ms, signal);
  if (signal.aborted) return 'this process is stopping';
  if (!lease()) return 'the lease was lost';
  const newest = (await use.ledger.sale(row.saleId))?.epoch;
  return newest && newest.epoch > row.epoch ? 'a newer epoch was taken' : null;
}
