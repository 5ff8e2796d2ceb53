import type { ErrorCode } from '../../../engine/domain/error-codes.ts';
import type { WorldParts } from '../world/world-parts.ts';

/** What `fluxgate simulate` hands over to the one thing that it was asked for. */
export interface SimulateUse {
  readonly parts: WorldParts;
  /** The program of a job. */
  workerOf(name: 'simulate-worker' | 'policy-worker'): URL;
  /** Of the package: a source tree has planted bugs there. */
  readonly root: string;
  readonly signal: AbortSignal;
  /** Runs where the signal aborts: what was found by then is told all the same. */
  onInterrupt(tell: () => void): void;
  print(text: string): void;
  endWith(code: ErrorCode): void;
}
