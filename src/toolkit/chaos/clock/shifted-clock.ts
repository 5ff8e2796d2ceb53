import type { ClockSkew } from './clock-file.ts';

/** Clocks that are off by what they were told last. Pure: time comes in. */
export interface ShiftedClock {
  set(skew: ClockSkew): void;
  /** Milliseconds since 1970 as the process is to see them. */
  wallMs(): number;
  /** Milliseconds of the monotonic clock: it drifts and never goes back. */
  monotonicMs(): number;
}

export function shiftedClock(real: {
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
}): ShiftedClock {
  let skew: ClockSkew = { jumpMs: 0, driftPpm: 0 };
  let since = real.monotonicMs();
  /** What the monotonic clock has gained until `since`, by all drifts before this one. */
  let gainedMs = 0;
  const gain = (): number => ((real.monotonicMs() - since) * skew.driftPpm) / 1_000_000;
  return {
    set(next) {
      gainedMs += gain();
      since = real.monotonicMs();
      skew = next;
    },
    // a true clock is set anew, whatever it gained: as NTP steps it back
    wallMs: () => Math.floor(real.wallMs() + skew.jumpMs + gain()),
    monotonicMs: () => real.monotonicMs() + gainedMs + gain(),
  };
}
