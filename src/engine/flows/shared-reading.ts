import type { Clock } from '../ports/clock.ts';

/**
 * One reading for everybody who asks within `forMs` of its start, and never two at a time: whatever asks how often, the cost is
 * bounded. One that failed is not kept.
 */
export function sharedReading<Value>(
  read: () => Promise<Value>,
  { clock, forMs }: { readonly clock: Pick<Clock, 'monotonicMs'>; readonly forMs: number },
): () => Promise<Value> {
  let kept: { readonly value: Promise<Value>; readonly sinceMs: number; done: boolean } | null = null;
  return () => {
    if (kept !== null && (!kept.done || clock.monotonicMs() - kept.sinceMs < forMs)) return kept.value;
    const reading = { value: read(), sinceMs: clock.monotonicMs(), done: false };
    kept = reading;
    reading.value.then(
      () => {
        reading.done = true;
      },
      () => {
        if (kept === reading) kept = null;
      },
    );
    return reading.value;
  };
}
