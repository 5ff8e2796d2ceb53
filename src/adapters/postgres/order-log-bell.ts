import type { CancelSignal, Clock } from '../../engine/ports/clock.ts';

/** Tells the readers of this process that it appended something, so that they need not poll for it. */
export interface Bell {
  /** How often it rang. */
  readonly rings: number;
  ring(): void;
  /** Resolves after `ms`, at the first ring behind the `seen`th, or when `signal` aborts. */
  wait(seen: number, ms: number, signal: CancelSignal): Promise<void>;
}

export function createBell(clock: Clock): Bell {
  let rings = 0;
  const waiting = new Set<() => void>();
  return {
    get rings() {
      return rings;
    },
    ring() {
      rings += 1;
      for (const wake of waiting) wake();
    },
    async wait(seen, ms, signal) {
      if (rings > seen || signal.aborted) return;
      const cut = new AbortController();
      const wake = () => cut.abort();
      waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      await clock.sleep(ms, cut.signal);
      waiting.delete(wake);
      signal.removeEventListener('abort', wake);
    },
  };
}
