import type { BenchMachine } from './bench-machine.ts';
import type { BenchName } from './bench-names.ts';

/** What every bench finds out, written as it is by `--json`; each adds what it was set to and what it measured. */
export interface BenchResult<Name extends BenchName, Figures> {
  readonly format: `fluxgate-bench-${Name}`;
  readonly version: 1;
  readonly startedAt: string;
  readonly machine: BenchMachine;
  /** What the floors look at. */
  readonly figures: Figures;
  readonly floors: readonly FloorCheck[];
  /** Why the figures are to be doubted; empty where nothing is known against them. */
  readonly doubts: readonly string[];
}

/** Of a bench that measures for a set time. */
export interface TimedBenchResult<Name extends BenchName, Figures> extends BenchResult<Name, Figures> {
  /** Of each measurement. */
  readonly seconds: number;
}

/** One floor of bench-floors.ts, held against a run. */
export interface FloorCheck {
  readonly name: string;
  readonly kind: 'at_least' | 'at_most';
  readonly limit: number;
  readonly actual: number;
  readonly ok: boolean;
}
