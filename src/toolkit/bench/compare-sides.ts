import { FluxError } from '../../engine/domain/flux-error.ts';
import { median } from './bench-figures.ts';
import type { ComparedCase, SideMeasure, SidesFigures, SidesRound } from './sides-result.ts';

/** What is measured against what. */
export type Side = keyof SidesRound;

/** Of a slice, or of all slices of a side. */
export interface Spent {
  readonly ms: number;
  /** Processor time of this process. */
  readonly cpuMicros: number;
}

export interface Comparison<Case> {
  readonly cases: readonly Case[];
  readonly nameOf: (of: Case) => string;
  /** Of each side in a round. */
  readonly seconds: number;
  /** Of each side in each case, not measured; no longer than a round. */
  readonly warmUpSeconds: number;
  /** Puts `ordersASlice` orders through one side; only what it says it spent counts. */
  readonly slice: (side: Side, of: Case) => Promise<Spent>;
  readonly ordersASlice: number;
  /** Where the machine is quick a round ends before its time; unlimited where it is not given. */
  readonly slicesARound?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((what: string, done: number, of: number) => void) | undefined;
}

/** Odd, so that the median is a measurement. */
const rounds = 3;
const sidesOfARound = 2;

/** Measures ours and the bare limit in one run, in turn, case by case. @throws FluxError `interrupted`, what a slice throws */
export async function compareSides<Case>(comparison: Comparison<Case>): Promise<readonly ComparedCase<Case>[]> {
  const { cases, nameOf, seconds, warmUpSeconds, onProgress } = comparison;
  const compared: ComparedCase<Case>[] = [];
  for (const one of cases) {
    const name = nameOf(one);
    await measureRound(comparison, one, Math.min(warmUpSeconds, seconds));
    const taken: SidesRound[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = compared.length * rounds + round;
      onProgress?.(name, sidesOfARound * before, sidesOfARound * rounds * cases.length);
      taken.push(await measureRound(comparison, one, seconds));
    }
    compared.push({ ...one, name, rounds: taken, figures: figuresOf(taken) });
  }
  return compared;
}

/** Slices of both in turn, each first in turn, until each had its time: what else the machine does meets both alike. */
async function measureRound<Case>(comparison: Comparison<Case>, of: Case, seconds: number): Promise<SidesRound> {
  const { slice, ordersASlice, slicesARound = Number.POSITIVE_INFINITY, signal } = comparison;
  let spent: Readonly<Record<Side, Spent>> = { bare: { ms: 0, cpuMicros: 0 }, ours: { ms: 0, cpuMicros: 0 } };
  let slices = 0;
  while (slices < slicesARound && Math.min(spent.bare.ms, spent.ours.ms) < seconds * 1_000) {
    const turn: readonly Side[] = slices % 2 === 0 ? ['bare', 'ours'] : ['ours', 'bare'];
    for (const side of turn) {
      if (signal?.aborted) throw interrupted();
      const more = await slice(side, of).catch((cause: unknown) => {
        // Whoever interrupts also ends what is measured, a stack for one: it is no news that it does not answer then.
        throw signal?.aborted ? interrupted(cause) : cause;
      });
      spent = { ...spent, [side]: sumOf(spent[side], more) };
    }
    slices += 1;
  }
  const orders = slices * ordersASlice;
  const measureOf = ({ ms, cpuMicros }: Spent): SideMeasure => ({
    ordersPerSecond: orders / (ms / 1_000),
    cpuMicrosPerOrder: cpuMicros / orders,
  });
  return { bare: measureOf(spent.bare), ours: measureOf(spent.ours) };
}

function interrupted(cause?: unknown): FluxError {
  return new FluxError('interrupted', 'the bench was interrupted', cause === undefined ? {} : { cause });
}

/** A closed loop over calls that were made before the clock runs: `inFlight` of them at any time. */
export async function timeCalls(calls: readonly (() => Promise<unknown>)[], inFlight: number): Promise<Spent> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let call = calls[next]; call !== undefined; call = calls[next]) {
      next += 1;
      await call();
    }
  };
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: inFlight }, lane));
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { ms, cpuMicros: user + system };
}

function sumOf(a: Spent, b: Spent): Spent {
  return { ms: a.ms + b.ms, cpuMicros: a.cpuMicros + b.cpuMicros };
}

/** Ratios are taken within a round, between neighbours in time, and only then the median. */
function figuresOf(taken: readonly SidesRound[]): SidesFigures {
  const over = (of: (round: SidesRound) => number): number => median(taken.map(of));
  return {
    barePerSecond: over(({ bare }) => bare.ordersPerSecond),
    oursPerSecond: over(({ ours }) => ours.ordersPerSecond),
    oursToBare: over(({ ours, bare }) => ours.ordersPerSecond / bare.ordersPerSecond),
    bareCpuMicros: over(({ bare }) => bare.cpuMicrosPerOrder),
    oursCpuMicros: over(({ ours }) => ours.cpuMicrosPerOrder),
  };
}
