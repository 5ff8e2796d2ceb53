import { addMs, type Instant, toInstant } from '../../engine/domain/time.ts';
import type { CancelSignal, Clock } from '../../engine/ports/clock.ts';

/** A clock that moves only when it is told to. */
export interface VirtualClock extends Clock {
  /** Moves on by `ms`; every sleeper on the way wakes at its moment, in order, and what it does is done before the next. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as an operator or a time server would; negative goes back. */
  jumpWallClock(ms: number): void;
  /** Waits until everything that can run now has run. Nothing is moved. */
  settle(): Promise<void>;
  /** How many sleep. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** 2026-01-01T00:00:00Z: any moment would do, the same one makes traces comparable. */
const defaultStart = toInstant(1_767_225_600_000);

/** Time for simulations and tests. The steady clock starts at 0. */
export function createVirtualClock({ start = defaultStart }: { readonly start?: Instant } = {}): VirtualClock {
  let wallStart = start;
  let nowMs = 0;
  let turnsToEnd = 0;
  // In the order of falling asleep: of two with one moment, the first to sleep is the first to wake.
  const sleepers = new Set<Sleeper>();

  function endOfTurn(run: () => void): void {
    turnsToEnd += 1;
    setImmediate(() => {
      turnsToEnd -= 1;
      run();
    });
  }

  /** A promise chain is done within one turn; a turn that is asked for meanwhile is waited for too. */
  async function settle(): Promise<void> {
    do {
      await new Promise<void>((resolve) => setImmediate(resolve));
    } while (turnsToEnd > 0);
  }

  function nextBefore(limitMs: number): Sleeper | undefined {
    let next: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (sleeper.atMs <= limitMs && (next === undefined || sleeper.atMs < next.atMs)) next = sleeper;
    }
    return next;
  }

  return {
    now: () => addMs(wallStart, Math.floor(nowMs)),
    monotonicMs: () => nowMs,
    endOfTurn,
    sleep(ms: number, signal?: CancelSignal) {
      if (signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { atMs: nowMs + Math.max(0, ms), wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      });
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (let next = nextBefore(untilMs); next !== undefined; next = nextBefore(untilMs)) {
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
        await settle();
      }
      nowMs = untilMs;
    },
    jumpWallClock(ms) {
      wallStart = addMs(wallStart, ms);
    },
    settle,
    get sleepers() {
      return sleepers.size;
    },
  };
}
