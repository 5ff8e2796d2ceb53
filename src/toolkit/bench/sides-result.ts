/** One side of a bench that measures ours against its bare limit. */
export interface SideMeasure {
  readonly ordersPerSecond: number;
  /** Processor time of this process for one order; that of Redis, Kafka or PostgreSQL is not in it. */
  readonly cpuMicrosPerOrder: number;
}

export interface SidesRound {
  readonly bare: SideMeasure;
  readonly ours: SideMeasure;
}

/** Medians over the rounds. */
export interface SidesFigures {
  readonly barePerSecond: number;
  readonly oursPerSecond: number;
  readonly oursToBare: number;
  readonly bareCpuMicros: number;
  readonly oursCpuMicros: number;
}

/** What was measured of one case; the case itself says what a call has. */
export type ComparedCase<Case> = Case & {
  readonly name: string;
  readonly rounds: readonly SidesRound[];
  readonly figures: SidesFigures;
};
