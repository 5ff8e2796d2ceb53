import { performance } from 'node:perf_hooks';
import { toInstant } from '../../engine/domain/time.ts';
import type { CancelSignal, Clock } from '../../engine/ports/clock.ts';

/** The machine's clocks and timers. */
export const nodeClock: Clock = {
  now: () => toInstant(Date.now()),
  monotonicMs: () => performance.now(),
  endOfTurn: (run) => void setImmediate(run),
  sleep: (ms: number, signal?: CancelSignal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};
