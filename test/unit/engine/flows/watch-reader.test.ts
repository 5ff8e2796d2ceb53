import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { createReaderWatch } from '../../../../src/engine/flows/watch-reader.ts';
import type { CancelSignal } from '../../../../src/engine/ports/clock.ts';
import type { LogBatch, PartitionLag } from '../../../../src/engine/ports/order-log.ts';

interface FakeReader {
  /** As if a batch that ends before `nextOffset` had come. */
  give(partition: number, nextOffset: number): Promise<void>;
  readonly stopped: boolean;
}

/** A log whose readers and lag a test sets. `stops: false`: a reader that does not end when it is told to. */
function aWatchedLog({ stops = true, handle = async (): Promise<void> => {} } = {}) {
  const clock = createVirtualClock();
  const readers: FakeReader[] = [];
  const lags = new Map<number, PartitionLag>();
  const said: string[] = [];
  const faults: string[] = [];
  const watch = createReaderWatch({
    clock,
    orderLog: {
      lag: async () => [...lags.values()],
      read: (_group: string, onBatch: (batch: LogBatch) => Promise<void>, signal: CancelSignal) =>
        new Promise((resolve) => {
          const reader = {
            stopped: false,
            give: (partition: number, nextOffset: number) =>
              onBatch({ partition, entries: [], nextOffset: BigInt(nextOffset) }),
          };
          readers.push(reader);
          signal.addEventListener('abort', () => {
            if (!stops) return;
            reader.stopped = true;
            resolve();
          });
        }),
    },
    telemetry: {
      count: () => undefined,
      note: (_where, text) => void said.push(text),
      fault: (_where, error) => void faults.push(error instanceof Error ? error.message : String(error)),
    },
  });
  const end = new AbortController();
  const running = watch.run('ledger', handle, end.signal);
  running.catch(() => {});
  return {
    clock,
    readers,
    said,
    faults,
    watch,
    running,
    end,
    /** The group has `committed`, the partition ends at `end`. */
    stands(partition: number, committed: number, to: number) {
      lags.set(partition, { partition, committed: BigInt(committed), end: BigInt(to), lag: BigInt(to - committed) });
    },
    reader(n: number): FakeReader {
      const reader = readers[n];
      if (reader === undefined) throw new Error(`there is no reader ${n}`);
      return reader;
    },
  };
}

describe('the watch over the reader of the order log', () => {
  it('makes a reader anew that stopped reading without a word, says so once, and that it goes on', async () => {
    const log = aWatchedLog();
    await log.reader(0).give(2, 10);
    log.stands(2, 10, 12);
    await log.clock.advance(25_000);
    expect([log.readers.length, log.faults, log.watch.standstills()]).toEqual([1, [], []]);

    log.stands(2, 10, 20);
    await log.clock.advance(15_000);

    expect(log.reader(0).stopped).toBe(true);
    expect(log.readers).toHaveLength(2);
    expect(log.faults).toEqual(['partition 2 of the order log stands still: 10 records wait, for 30 s']);
    expect(log.watch.standstills()).toMatchObject([{ partition: 2, lag: 10n }]);

    await log.reader(1).give(2, 20);
    log.stands(2, 20, 20);
    await log.clock.advance(5_000);
    expect(log.watch.standstills()).toEqual([]);
    expect(log.said.at(-1)).toBe('partition 2 of the order log moves again');

    log.end.abort();
    await log.running;
    expect(log.reader(1).stopped).toBe(true);
  });

  it('leaves a reader alone whose batches are refused: the ledger is away, and another reader would not help', async () => {
    const log = aWatchedLog({ handle: () => Promise.reject(new Error('the ledger is away')) });
    log.stands(0, 0, 5);

    for (let second = 0; second < 90; second += 3) {
      await log
        .reader(0)
        .give(0, 5)
        .catch(() => {});
      await log.clock.advance(3_000);
    }

    expect(log.readers).toHaveLength(1);
    expect(log.faults).toHaveLength(1);
  });

  it("leaves a reader alone that reads on where another one's partition stands still", async () => {
    const log = aWatchedLog();
    log.stands(1, 3, 5);

    for (let taken = 1; taken <= 30; taken++) {
      await log.reader(0).give(0, taken);
      log.stands(0, taken, taken + 1);
      await log.clock.advance(3_000);
    }

    expect(log.readers).toHaveLength(1);
    expect(log.watch.standstills()).toMatchObject([{ partition: 1, lag: 2n }]);
  });

  it('leaves a reader alone while there is nothing to read', async () => {
    const log = aWatchedLog();
    log.stands(0, 7, 7);

    await log.clock.advance(10 * 60_000);

    expect([log.readers.length, log.faults]).toEqual([1, []]);
  });

  it('gives a batch in hand two minutes, and ends where three readers did not even stop', async () => {
    const log = aWatchedLog({ stops: false, handle: () => new Promise(() => {}) });
    log.stands(0, 0, 5);
    void log.reader(0).give(0, 5);
    await log.clock.advance(115_000);
    expect(log.readers).toHaveLength(1);

    await log.clock.advance(30_000);
    expect(log.readers).toHaveLength(2);
    void log.reader(1).give(0, 5);
    await log.clock.advance(150_000);
    void log.reader(2).give(0, 5);
    await log.clock.advance(150_000);

    await expect(log.running).rejects.toMatchObject({ code: 'reader_hangs' });
  });
});
