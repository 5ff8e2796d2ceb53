import type { SystemShape } from '../experiment/experiment.ts';
import type { ChaosHost } from './chaos-host.ts';
import type { ChaosSystem } from './chaos-system.ts';

/** A system under test that several experiments of its shape can use, one after the other. */
export interface RunningSystem extends Omit<ChaosSystem, 'saleId'> {
  readonly shape: SystemShape;
  /** Where buyers go, in turn. */
  readonly buyersUrls: readonly string[];
  /** How `fluxgate verify` finds its books. */
  readonly verifyArgs: readonly string[];
}

/** What a system is opened with. */
export interface OpenUse {
  readonly shape: SystemShape;
  /** A folder of its own, absolute, made and removed by the caller. */
  readonly path: string;
  /** Null: a stack of its own is started in `path`. Else that one is used, and stays. */
  readonly givenStack: string | null;
  readonly host: ChaosHost;
  readonly signal: AbortSignal;
  readonly progress: (what: string) => void;
  /** Told when a server or worker ended though nobody ended it. */
  readonly onEnded: (why: string) => void;
  /** Takes what closes the system, newest first; told at once, so that a start that fails halfway is undone, too. */
  readonly undo: (close: () => Promise<unknown> | unknown) => void;
}
