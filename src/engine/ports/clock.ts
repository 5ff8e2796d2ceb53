import type { Instant } from '../domain/time.ts';

/** What a sleep can be cut short by; an AbortSignal fits. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Time, as the engine may know it. */
export interface Clock {
  /** Wall clock: may jump. For stamps and for what buyers see. */
  now(): Instant;
  /** Steady clock in milliseconds from an arbitrary zero. For deadlines and leases. */
  monotonicMs(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: CancelSignal): Promise<void>;
  /** Calls `run` at the end of the present event-loop turn: what arrived in one turn is decided together. */
  endOfTurn(run: () => void): void;
}
