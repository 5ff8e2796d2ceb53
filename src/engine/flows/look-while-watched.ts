import type { CancelSignal, Clock } from '../ports/clock.ts';

/** Looks at something again and again, for those who watch it: where nobody does, nothing is looked at and no clock runs. */
export interface Lookout {
  /** Somebody watches from now on. */
  wake(): void;
  /** Until `signal` aborts. */
  run(signal: CancelSignal): Promise<void>;
}

export function lookWhileWatched(use: {
  readonly clock: Pick<Clock, 'sleep'>;
  /** Between two looks, however many come and go meanwhile. */
  readonly everyMs: number;
  isWatched(): boolean;
  /** Never rejects. */
  look(): Promise<void>;
}): Lookout {
  let wake = () => {};

  function untilWatched(signal: CancelSignal): Promise<void> {
    return new Promise((resolve) => {
      wake = () => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  return {
    wake: () => wake(),
    async run(signal) {
      while (!signal.aborted) {
        if (use.isWatched()) {
          await use.look();
          await use.clock.sleep(use.everyMs, signal);
        } else await untilWatched(signal);
      }
    },
  };
}
