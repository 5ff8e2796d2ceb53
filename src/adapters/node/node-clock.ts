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
      const untilMs = performance.now() + ms;
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      // A timer counts whole milliseconds from a whole millisecond: it fires up to two of them early, and whoever waits for
      // the deadline of somebody else (rebuild-gate) must not.
      const look = () => {
        const leftMs = untilMs - performance.now();
        if (leftMs > 0) timer = setTimeout(look, leftMs);
        else done();
      };
      let timer = setTimeout(look, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};
