import type { CancelSignal } from '../ports/clock.ts';

export interface CancelSwitch {
  readonly signal: CancelSignal;
  abort(): void;
}

/** A signal of our own, which also aborts with `outer` where there is one: what one part of a flow can be ended by alone. */
export function createCancelSwitch(outer?: CancelSignal): CancelSwitch {
  const listeners = new Set<() => void>();
  let aborted = false;
  function abort(): void {
    if (aborted) return;
    aborted = true;
    outer?.removeEventListener('abort', abort);
    const told = [...listeners];
    listeners.clear();
    for (const listener of told) listener();
  }
  if (outer?.aborted) abort();
  else outer?.addEventListener('abort', abort, { once: true });
  return {
    signal: {
      get aborted() {
        return aborted;
      },
      // Nobody is told twice, so `once` is how every listener is here.
      addEventListener: (_type, listener) => void listeners.add(listener),
      removeEventListener: (_type, listener) => void listeners.delete(listener),
    },
    abort,
  };
}
