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
  /** Whether it is this reader that would have to move on there, and shows no sign of life. */
  hangsAt(still: Standstill): boolean;
  /** False where it does not end in time: it is left alone then, and its handler is not called any more. */
  stop(): Promise<boolean>;
}

/**
 * One `read`. A batch that its handler took or refused is a sign of life: a ledger that is away is no reason to make a reader
 * anew. Others of the
 * group may have the partition: it is this reader's where the group stands behind a batch that this one took. Where that is
 * not known, only a reader without any sign of life is taken for one that hangs.
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
    hangsAt({ partition, committed }) {
      const nowMs = clock.monotonicMs();
      const since = inHandSince.get(partition);
      if (since !== undefined) return nowMs - since >= inHandMs;
      const isOurs = taken.get(partition) === committed;
      const lifeMs = (isOurs ? triedMs.get(partition) : undefined) ?? aliveMs;
      return nowMs - lifeMs >= standstillMs;
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
