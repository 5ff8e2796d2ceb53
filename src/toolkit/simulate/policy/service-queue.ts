import type { Scheduler } from '../world/scheduler.ts';

/** The processor of one server: requests are worked on one after the other, in the order they came. */
export interface ServiceQueue {
  /** Resolves with true once a request was worked on; with false, at once, where as many wait as may. */
  turn(): Promise<boolean>;
}

export function createServiceQueue(
  scheduler: Scheduler,
  { serviceMs, maxWaiting }: { readonly serviceMs: number; readonly maxWaiting: number },
): ServiceQueue {
  let freeAtMs = 0;
  let waiting = 0;
  return {
    turn() {
      if (waiting >= maxWaiting) return Promise.resolve(false);
      waiting += 1;
      freeAtMs = Math.max(freeAtMs, scheduler.nowMs) + serviceMs;
      return new Promise((resolve) => {
        scheduler.at(freeAtMs, () => {
          waiting -= 1;
          resolve(true);
        });
      });
    },
  };
}
