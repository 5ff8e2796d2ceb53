import type { GateId, SaleId } from '../domain/ids.ts';
import type { EpochRow } from '../domain/ledger-facts.ts';
import type { CancelSignal, Clock } from '../ports/clock.ts';
import type { Gate } from '../ports/gate.ts';
import type { Lease } from '../ports/ledger.ts';
import type { LedgerFleet } from '../ports/ledger-fleet.ts';
import type { LedgerSales } from '../ports/ledger-sales.ts';
import type { OrderLog } from '../ports/order-log.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { nothingUnderWayLeases, type SeenServer, type ServerRows } from './server-rows.ts';

export interface RebuildParts {
  readonly gate: Gate;
  readonly orderLog: Pick<OrderLog, 'mark' | 'partitions'>;
  readonly ledger: LedgerFleet & Pick<LedgerSales, 'sale'>;
  readonly servers: ServerRows;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** L: how long a server may use what its last renewal said. */
  readonly serverLeaseMs: number;
  readonly appendDeadlineMs: number;
}

/** How long each step of a rebuild took, in milliseconds. A sale's first epoch waits for nobody. */
export interface RebuildTimes {
  /** The epoch taken and the fence raised. */
  readonly fencedMs: number;
  /** Until every server had seen the epoch, or its lease was over. */
  readonly serversMs: number;
  /** For what they had sent before. */
  readonly deadlineMs: number;
  /** Until the consumers had passed the markers. */
  readonly markersMs: number;
  /** The snapshot read and written, both at once. */
  readonly loadedMs: number;
  /** Of that, waiting for the ledger. */
  readonly readMs: number;
  /** Opened, in gate and ledger. */
  readonly openedMs: number;
}

/** `abandoned`: somebody has a newer epoch, or the gate refused; whoever still wants one asks for the next. */
export type RebuildVerdict =
  | { readonly kind: 'opened'; readonly epoch: EpochRow; readonly times: RebuildTimes }
  | { readonly kind: 'abandoned'; readonly why: string };

/** How often a waiting rebuild looks again: cheap queries, and a buyer notices a tenth of a second at most. */
const pollMs = 50;
/** Pieces that the gate has while the next is read: with one it writes without a pause, and more would only wait in its queue. */
const loadsUnderWay = 1;

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
  const laps = createLaps(use.clock);
  const row = await use.ledger.nextEpoch(saleId, gateId, target.reason, held);
  const { epoch } = row;

  // Not reachable is no reason to stop: whatever lives on there is fenced off by the servers' lease.
  await use.gate.raiseFence(saleId, epoch).catch((error: unknown) => use.telemetry.fault('rebuild-gate', error));
  laps.end('fencedMs');

  if (epoch > 1) {
    const passed = await quiesce(row, laps, lease, signal, use);
    if (passed !== null) return { kind: 'abandoned', why: passed };
  }

  const begun = await use.gate.begin(saleId, epoch);
  if (begun.kind === 'refused') return { kind: 'abandoned', why: 'the gate refused to begin' };
  const loaded = await loadSnapshot(row, laps.times, use);
  if (loaded.kind === 'refused') return { kind: 'abandoned', why: 'the gate refused a piece of the snapshot' };
  laps.end('loadedMs');
  const opened = await use.gate.open(saleId, epoch);
  if (opened.kind === 'refused') return { kind: 'abandoned', why: 'the gate refused to open' };

  const present = lease();
  if (!present) return { kind: 'abandoned', why: 'the lease was lost' };
  if (!(await use.ledger.openEpoch(saleId, gateId, epoch, present)))
    return { kind: 'abandoned', why: 'a newer epoch was taken' };
  laps.end('openedMs');
  use.telemetry.count('gate_rebuilt');
  return { kind: 'opened', epoch: { ...row, state: 'open' }, times: laps.times };
}

/** Writes the snapshot piece by piece: the ledger reads the next one while the gate takes what came before. */
async function loadSnapshot(
  { saleId, epoch }: EpochRow,
  times: StepTimes,
  { ledger, gate, clock }: RebuildParts,
): ReturnType<Gate['load']> {
  const underWay: ReturnType<Gate['load']>[] = [];
  try {
    let askedMs = clock.monotonicMs();
    for await (const chunk of ledger.snapshot(saleId)) {
      times.readMs += clock.monotonicMs() - askedMs;
      const loading = gate.load(saleId, epoch, chunk);
      loading.catch(() => {}); // heard of below, in its turn
      underWay.push(loading);
      // Nothing overtakes the head; what follows may come in any order.
      while (underWay.length > (chunk.kind === 'head' ? 0 : loadsUnderWay)) {
        if ((await underWay.shift())?.kind === 'refused') return { kind: 'refused' };
      }
      askedMs = clock.monotonicMs();
    }
    const last = await Promise.all(underWay);
    return last.find(({ kind }) => kind === 'refused') ?? { kind: 'loaded' };
  } finally {
    // Nothing of an abandoned attempt is on its way when the next one begins.
    await Promise.allSettled(underWay);
  }
}

/** Steps 3 and 4: until the ledger holds every order that anybody was ever told of. Null, or why to stop. */
async function quiesce(
  row: EpochRow,
  laps: Laps,
  lease: () => Lease | null,
  signal: CancelSignal,
  use: RebuildParts,
): Promise<string | null> {
  const { saleId, gateId, epoch } = row;
  const marker = { saleId, gateId, epoch };

  let anyServer = false;
  for (;;) {
    const servers = await use.servers.look();
    anyServer ||= servers.some(({ silentMs }) => silentMs < nothingUnderWayLeases * use.serverLeaseMs);
    const seen = ({ highestNumberSeen }: SeenServer) => highestNumberSeen >= row.number;
    if (servers.every((server) => seen(server) || server.silentMs >= use.serverLeaseMs)) break;
    const stop = await pause(pollMs, row, lease, signal, use);
    if (stop !== null) return stop;
  }
  laps.end('serversMs');
  // What a server had sent before it saw the epoch may still reach the log until its deadline is over. A stop cuts the wait
  // short, and then no marker may be written: it would stand ahead of orders whose buyers heard yes.
  if (anyServer) {
    const stop = await pause(use.appendDeadlineMs, row, lease, signal, use);
    if (stop !== null) return stop;
  }

  laps.end('deadlineMs');

  await use.orderLog.mark(marker);
  for (;;) {
    const past = await use.ledger.partitionsPast(marker);
    if (past.length >= use.orderLog.partitions) {
      laps.end('markersMs');
      return null;
    }
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

type StepTimes = { -readonly [Step in keyof RebuildTimes]: number };

interface Laps {
  readonly times: StepTimes;
  /** Ends the present step: it took the time since the last one ended. */
  end(step: keyof RebuildTimes): void;
}

function createLaps(clock: Clock): Laps {
  const times = { fencedMs: 0, serversMs: 0, deadlineMs: 0, markersMs: 0, loadedMs: 0, readMs: 0, openedMs: 0 };
  let lastMs = clock.monotonicMs();
  return {
    times,
    end(step) {
      const nowMs = clock.monotonicMs();
      times[step] = Math.round((nowMs - lastMs) * 10) / 10; // a clock's noise is in the other digits
      lastMs = nowMs;
    },
  };
}
