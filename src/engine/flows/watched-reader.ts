import type { CancelSignal, Clock } from '../ports/clock.ts';
import type { LogBatch, OrderLog } from '../ports/order-log.ts';
import { createCancelSwitch } from './cancel-switch.ts';
import { type Standstill, standstillMs } from './log-standstill.ts';

/**
 * A batch may be in hand for this long: 2,000 orders replayed one by one at 50 ms each (the ledger refused one of them) are
 * 100 s, and a statement of the ledger gives up long before.
 */
const inHandMs = 120_000;
/** How long a reader that is stopped may take: its longest request (10 s), and leaving the group. */
const stopMs = 20_000;

export interface WatchedReader {
  /** As `OrderLog.read`. */
  readonly ended: Promise<void>;
  /** A batch was taken. */
  hasWorked(): boolean;
  /**
   * Whether it is this reader that would have to move on there, and shows no sign of life. `perhaps`: it shows none, but has
   * never taken what stands before that place, so the partition may be another one's.
   */
  hangsAt(still: Standstill): 'no' | 'perhaps' | 'yes';
  /** False where it does not end in time: it is left alone then, and its handler is not called any more. */
  stop(): Promise<boolean>;
}

/**
 * One `read`. A batch that its handler took or refused is a sign of life, for all partitions, since they are read in turn: a
 * ledger that is away or slow is no reason to make a reader anew. Others of the group may have the partition: it is this
 * reader's where the group stands behind a batch that this one took.
 */
export function startWatchedReader(
  use: { readonly orderLog: Pick<OrderLog, 'read'>; readonly clock: Clock },
  reading: {
    readonly groupId: string;
    readonly onBatch: (batch: LogBatch) => Promise<void>;
    readonly signal: CancelSignal;
  },
): WatchedReader {
  const { clock } = use;
  const stop = createCancelSwitch(reading.signal);
  /** By partition: where the last batch that was taken ended, and when one was last taken or refused. */
  const taken = new Map<number, bigint>();
  const triedMs = new Map<number, number>();
  const inHandSince = new Map<number, number>();
  let aliveMs = clock.monotonicMs();
  async function onBatch(batch: LogBatch): Promise<void> {
    const { partition } = batch;
    inHandSince.set(partition, clock.monotonicMs());
    try {
      await reading.onBatch(batch);
      taken.set(partition, batch.nextOffset);
    } finally {
      inHandSince.delete(partition);
      aliveMs = clock.monotonicMs();
      triedMs.set(partition, aliveMs);
    }
  }
  const ended = use.orderLog.read(reading.groupId, onBatch, stop.signal);
  return {
    ended,
    hasWorked: () => taken.size > 0,
    hangsAt({ partition, committed }) {
      const nowMs = clock.monotonicMs();
      if (inHandSince.size > 0) return nowMs - Math.min(...inHandSince.values()) >= inHandMs ? 'yes' : 'no';
      const isSilent = nowMs - aliveMs >= standstillMs;
      if (taken.get(partition) !== committed) return isSilent ? 'perhaps' : 'no';
      // One partition may hang while the others go on: so long does none of them make it wait.
      return isSilent || nowMs - (triedMs.get(partition) ?? aliveMs) >= inHandMs ? 'yes' : 'no';
    },
    async stop() {
      stop.abort();
      const done = ended.then(
        () => true,
        () => true,
      );
      return Promise.race([done, clock.sleep(stopMs).then(() => false)]);
    },
  };
}
