import type { ErrorCode } from '../../../engine/domain/error-codes.ts';
import { progressOn } from '../text/progress-on.ts';
import type { WorldParts } from '../world/world-parts.ts';

/** What `fluxgate simulate` hands over to the one thing that it was asked for. */
export interface SimulateUse {
  readonly parts: WorldParts;
  /** The program of a job. */
  workerOf(name: 'simulate-worker' | 'policy-worker'): URL;
  /** Of the package: a source tree has planted bugs there. */
  readonly root: string;
  readonly signal: AbortSignal;
  print(text: string): void;
  endWith(code: ErrorCode): void;
}

/** Progress on stderr, in motion where a person looks at it. */
export function progressOnStderr(): ReturnType<typeof progressOn> {
  const motion = process.stderr.isTTY === true && !process.env.CI && !process.env.NO_COLOR;
  return progressOn(process.stderr, motion);
}
