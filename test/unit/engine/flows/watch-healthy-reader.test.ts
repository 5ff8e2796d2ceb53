import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { createReaderWatch } from '../../../../src/engine/flows/watch-reader.ts';
import type { CancelSignal } from '../../../../src/engine/ports/clock.ts';
import type { LogBatch } from '../../../../src/engine/ports/order-log.ts';

const batchRecords = 2_000;

interface Night {
  readonly partitions: number;
  /** Batches that are read of a partition before the next one has its turn. */
  readonly perVisit?: number;
  readonly handleMs: number;
  readonly refused?: boolean;
  /** False: another process has all partitions, and takes nothing. */
  readonly ours?: boolean;
  /** When the log does not answer, in milliseconds from the start. */
  readonly away?: readonly [from: number, to: number];
  /** Records in each partition, by the time. */
  readonly end?: (nowMs: number) => number;
}

/** A reader as kafkajs has it, with one worker: partitions in turn, a batch in hand before it stops. */
function aReaderInTurn({ partitions, perVisit = 1, handleMs, refused = false, ours = true, away, end }: Night) {
  const clock = createVirtualClock();
  const startMs = clock.monotonicMs();
  const now = () => clock.monotonicMs() - startMs;
  const isAway = () => away !== undefined && now() >= away[0] && now() < away[1];
  const ends = () => end?.(now()) ?? 1_000_000;
  const committed = Array.from({ length: partitions }, () => 0);
  let readers = 0;

  async function visit(partition: number, onBatch: (batch: LogBatch) => Promise<void>): Promise<void> {
    for (let n = 0; n < perVisit; n += 1) {
      const at = committed[partition] ?? 0;
      if (at >= ends()) return;
      const next = Math.min(at + batchRecords, ends());
      await onBatch({ partition, entries: [], nextOffset: BigInt(next) });
      committed[partition] = next;
    }
  }

  const watch = createReaderWatch({
    clock,
    orderLog: {
      async lag() {
        if (isAway()) throw new Error('the log is away');
        return committed.map((at, partition) => ({
          partition,
          committed: BigInt(at),
          end: BigInt(ends()),
          lag: BigInt(ends() - at),
        }));
      },
      async read(_group: string, onBatch: (batch: LogBatch) => Promise<void>, signal: CancelSignal) {
        readers += 1;
        while (!signal.aborted) {
          await clock.sleep(3_000, signal);
          for (let partition = 0; ours && !isAway() && partition < partitions && !signal.aborted; partition += 1)
            await visit(partition, onBatch).catch(() => clock.sleep(100, signal));
        }
      },
    },
    telemetry: { count: () => undefined, note: () => undefined, fault: () => undefined },
  });
  const stop = new AbortController();
  let outcome = 'running';
  watch
    .run(
      'ledger',
      async () => {
        await clock.sleep(handleMs);
        if (refused) throw new Error('the ledger is away');
      },
      stop.signal,
    )
    .then(
      () => {
        outcome = 'ended';
      },
      (error: unknown) => {
        outcome = String(error);
      },
    );
  return {
    async seconds(count: number) {
      for (let second = 0; second < count; second += 1) await clock.advance(1_000);
    },
    seen: () => ({ readers, outcome }),
    stop: () => stop.abort(),
  };
}

describe('the watch over a reader that is healthy', () => {
  const slow: readonly (readonly [string, Night])[] = [
    ['works off a backlog at a slow ledger', { partitions: 4, perVisit: 2, handleMs: 6_000 }],
    ['takes long for each batch', { partitions: 4, handleMs: 12_000 }],
    ['replays a batch order by order while another partition waits', { partitions: 2, handleMs: 100_000 }],
    ['is refused by a ledger that stands still, once it gives up', { partitions: 4, handleMs: 66_000, refused: true }],
    ['is refused by a ledger that gives up sooner', { partitions: 4, handleMs: 33_000, refused: true }],
  ];
  it.each(slow)('leaves one alone that %s', async (_, night) => {
    const reader = aReaderInTurn(night);

    await reader.seconds(900);

    expect(reader.seen()).toEqual({ readers: 1, outcome: 'running' });
    reader.stop();
  });

  it('gives records their time that came while the log was coming back', async () => {
    const reader = aReaderInTurn({
      partitions: 1,
      handleMs: 10,
      away: [20_000, 79_500],
      end: (nowMs) => (nowMs < 79_000 ? batchRecords : 3 * batchRecords),
    });

    await reader.seconds(200);

    expect(reader.seen()).toEqual({ readers: 1, outcome: 'running' });
    reader.stop();
  });

  it('makes one anew every five minutes at most that has nothing to read where another one hangs', async () => {
    const reader = aReaderInTurn({ partitions: 1, handleMs: 0, ours: false });

    await reader.seconds(320);
    expect(reader.seen()).toEqual({ readers: 2, outcome: 'running' });
    await reader.seconds(300);
    expect(reader.seen()).toEqual({ readers: 3, outcome: 'running' });
    reader.stop();
  });
});
