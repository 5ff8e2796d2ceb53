import { addMs, type Instant, toInstant } from '../../../engine/domain/time.ts';
import type { CancelSignal, Clock } from '../../../engine/ports/clock.ts';
import type { Actor } from './actor.ts';
import type { Scheduler } from './scheduler.ts';

/** 2026-11-27T00:00:00Z: any moment would do, the same one makes traces comparable. */
export const worldStart = toInstant(1_795_737_600_000);

/** The clock of one process: it may go wrong by itself, and all that it wakes waits where its process stands still. */
export interface ProcessClock extends Clock {
  /** Moves the wall clock alone, as an operator or a time server would; negative goes back. */
  jump(ms: number): void;
}

/** `driftPpm`: how many microseconds its second is too short (positive: it runs fast). */
export function createProcessClock(
  scheduler: Scheduler,
  actor: Actor,
  { driftPpm, offsetMs }: { readonly driftPpm: number; readonly offsetMs: number },
): ProcessClock {
  const rate = 1 + driftPpm / 1_000_000;
  let wallOffset = offsetMs;
  return {
    now: (): Instant => addMs(worldStart, Math.floor(scheduler.nowMs * rate) + wallOffset),
    monotonicMs: () => scheduler.nowMs * rate,
    sleep(ms: number, signal?: CancelSignal) {
      if (signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const { life } = actor;
        const wake = () => {
          if (actor.life !== life) return;
          signal?.removeEventListener('abort', wake);
          actor.deliver(resolve);
        };
        scheduler.at(scheduler.nowMs + Math.max(0, ms) / rate, wake);
        signal?.addEventListener('abort', wake, { once: true });
      });
    },
    endOfTurn(run) {
      const { life } = actor;
      scheduler.endOfTurn(() => {
        if (actor.life === life) actor.deliver(run);
      });
    },
    jump(ms) {
      wallOffset += ms;
    },
  };
}
