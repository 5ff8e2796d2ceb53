import type { CancelSignal } from '../ports/clock.ts';

export interface CancelSwitch {
  readonly signal: CancelSignal;
  abort(): void;
}

/** A signal of our own, which also aborts with `outer` where there is one: what one part of a flow can be ended by alone. */
export function createCancelSwitch(outer?: CancelSignal): CancelSwitch {
  const listeners = new Set<() => void>();
  const signal = {
    aborted: false,
    // Nobody is told twice, so `once` is how every listener is here.
    addEventListener: (_type: 'abort', listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: 'abort', listener: () => void) => void listeners.delete(listener),
  };
  function abort(): void {
    if (signal.aborted) return;
    signal.aborted = true;
    outer?.removeEventListener('abort', abort);
    const told = [...listeners];
    listeners.clear();
    for (const listener of told) listener();
  }
  if (outer?.aborted) abort();
  else outer?.addEventListener('abort', abort, { once: true });
  return { signal, abort };
}
