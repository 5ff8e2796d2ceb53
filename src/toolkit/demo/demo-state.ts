import type { LoadProgress } from '../load/load-progress.ts';
import type { LoadResult } from '../load/load-result.ts';
import type { VerifyReport } from '../verify/report-schema.ts';

export type StepState = 'waiting' | 'running' | 'done' | 'failed';

export interface DemoStep {
  readonly name: string;
  readonly state: StepState;
  /** What came of it, or what is happening. */
  readonly detail: string;
}

/** Everything the views show, at one moment. */
export interface DemoState {
  readonly buyers: number;
  readonly stock: number;
  readonly elapsedMs: number;
  readonly steps: readonly DemoStep[];
  readonly server: { readonly state: 'starting' | 'up' | 'killed' | 'stopped'; readonly pid: number | null };
  readonly load: LoadProgress | null;
  /** Free units as last read; null before the sale. */
  readonly free: number | null;
  /** Accepted orders a second, newest last: one a progress report. */
  readonly acceptedRates: readonly number[];
  readonly refusedRates: readonly number[];
}

export interface DemoResult {
  readonly verdict: 'proven' | 'violated' | 'inconclusive';
  readonly summary: string;
  readonly buyers: number;
  readonly stock: number;
  /** At the end, as the gate has it. */
  readonly unitsSold: number;
  readonly tookMs: number;
  /** From the SIGKILL until the server took orders again. */
  readonly outageMs: number | null;
  readonly load: LoadResult;
  readonly verify: VerifyReport;
  /** Folder with history.ndjson, load.json and verify.json. */
  readonly report: string;
}
