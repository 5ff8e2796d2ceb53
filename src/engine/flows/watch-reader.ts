import { FluxError } from '../domain/flux-error.ts';
import type { CancelSignal, Clock } from '../ports/clock.ts';
import type { LogBatch, OrderLog } from '../ports/order-log.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { type CancelSwitch, createCancelSwitch } from './cancel-switch.ts';
import { createStandstillTracker, type Standstill } from './log-standstill.ts';
import { startWatchedReader, type WatchedReader } from './watched-reader.ts';

/** How often the lag is looked at: one small question to the log. */
const lookEveryMs = 5_000;
/** Readers that did not even stop, each with its connections: after so many the process ends, and its supervisor starts it anew. */
const maxAbandoned = 3;
/**
 * How often a reader is made anew that only may be the one that hangs: one of several workers that has nothing to read looks
 * like it, and each time the group gives out its partitions anew.
 */
const perhapsEveryMs = 5 * 60_000;

export interface ReaderWatch {
  /**
   * Reads until the signal aborts; a reader that hangs is replaced.
   * @throws FluxError as `OrderLog.read`; `reader_hangs` where readers cannot even be stopped
   */
  run(groupId: string, onBatch: (batch: LogBatch) => Promise<void>, signal: CancelSignal): Promise<void>;
  /** What of the group stands still, as this process saw it last; nothing where it does not run. */
  standstills(): readonly Standstill[];
}

interface ReaderWatchParts {
  readonly orderLog: Pick<OrderLog, 'read' | 'lag'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/**
 * Watches over the reader of this process. A client library that hangs says nothing: its records wait, its group gives it
 * the partitions all the same, and only the lag shows it.
 */
export function createReaderWatch(use: ReaderWatchParts): ReaderWatch {
  let tracker = createStandstillTracker();
  const reported = createReports(use.telemetry);
  let standing: readonly Standstill[] = [];
  let guessedMs = Number.NEGATIVE_INFINITY;

  function isHanging(reader: WatchedReader): boolean {
    const verdicts = standing.map((still) => reader.hangsAt(still));
    if (verdicts.includes('yes')) return true;
    const nowMs = use.clock.monotonicMs();
    if (!verdicts.includes('perhaps') || nowMs - guessedMs < perhapsEveryMs) return false;
    guessedMs = nowMs;
    return true;
  }

  /** Resolves once the reader hangs, or the watching ends. */
  async function hangs(groupId: string, reader: WatchedReader, watching: CancelSwitch): Promise<'hangs'> {
    while (!watching.signal.aborted) {
      await use.clock.sleep(lookEveryMs, watching.signal);
      if (watching.signal.aborted) break;
      // A log that does not answer is told of by everybody who needs it.
      const lags = await use.orderLog.lag(groupId).catch(() => null);
      // Nobody can read meanwhile, either: what stands then has its time once the log is back.
      if (lags === null) tracker = createStandstillTracker();
      if (lags === null || watching.signal.aborted) continue;
      standing = tracker.look(lags, use.clock.monotonicMs());
      reported.look(standing);
      if (isHanging(reader)) break;
    }
    return 'hangs';
  }

  return {
    standstills: () => standing,
    async run(groupId, onBatch, signal) {
      try {
        for (let abandoned = 0; !signal.aborted; ) {
          const reader = startWatchedReader(use, { groupId, onBatch, signal });
          const watching = createCancelSwitch(signal);
          const ended = reader.ended.then(() => 'ended' as const);
          const outcome = await Promise.race([ended, hangs(groupId, reader, watching)]).finally(watching.abort);
          if (outcome === 'ended' || signal.aborted) return await reader.ended;
          use.telemetry.note('read-log', 'the reader of this process hangs: it is stopped and made anew');
          if (reader.hasWorked()) abandoned = 0;
          if (!(await reader.stop())) abandoned += 1;
          if (abandoned >= maxAbandoned) throw cannotBeStopped(abandoned);
        }
      } finally {
        standing = [];
      }
    },
  };
}

function cannotBeStopped(readers: number): FluxError {
  return new FluxError(
    'reader_hangs',
    `${readers} readers of the order log hung one after the other and did not stop`,
    {
      hint: 'start this process again: what it had in hand is read anew',
    },
  );
}

/** Says once of each partition that it stands still, and once that it moves again. */
function createReports(telemetry: Telemetry): { look(standing: readonly Standstill[]): void } {
  const told = new Set<number>();
  return {
    look(standing) {
      for (const still of standing) {
        if (told.has(still.partition)) continue;
        told.add(still.partition);
        telemetry.fault(
          'read-log',
          new FluxError('reader_hangs', sentenceOf(still), { hint: 'GET /readyz of the workers' }),
        );
      }
      const now = new Set(standing.map(({ partition }) => partition));
      for (const partition of told) {
        if (now.has(partition)) continue;
        told.delete(partition);
        telemetry.note('read-log', `partition ${partition} of the order log moves again`);
      }
    },
  };
}

/** `partition 2 of the order log stands still: 120 records wait, for 35 s`. */
export function sentenceOf({ partition, lag, forMs }: Standstill): string {
  return `partition ${partition} of the order log stands still: ${lag} records wait, for ${Math.round(forMs / 1_000)} s`;
}
