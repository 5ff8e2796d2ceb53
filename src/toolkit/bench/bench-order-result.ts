import type { BenchRound, FloorCheck, HttpBenchFigures } from './bench-http-result.ts';
import type { BenchMachine } from './bench-machine.ts';

export interface OrderBenchFigures {
  /** Of the server: bare, refused, accepted. */
  readonly http: HttpBenchFigures;
  /** Processor time of each process for one accepted order, up to its row in the ledger; null where the system does not say. */
  readonly cpuMicros: Readonly<Record<string, number | null>>;
  /** How fast one worker writes a backlog into the ledger, from its first batch on. */
  readonly backlogPerSecond: number;
  /** Of one core, while nothing is sold; null where the system does not say. */
  readonly idleWorkerPercent: number | null;
}

/** Written as it is by `--json`. */
export interface OrderBenchResult {
  readonly format: 'fluxgate-bench-order';
  readonly version: 1;
  readonly startedAt: string;
  readonly machine: BenchMachine;
  readonly connections: number;
  /** Of each measurement. */
  readonly seconds: number;
  readonly backlogOrders: number;
  readonly rounds: readonly BenchRound[];
  readonly figures: OrderBenchFigures;
  readonly floors: readonly FloorCheck[];
  /** Why the figures are to be doubted; empty where they are not. */
  readonly doubts: readonly string[];
}
