/** What is measured against what. */
export type Side = 'bare' | 'ours';

/** Of a slice, or of all slices of a side. */
export interface Spent {
  readonly ms: number;
  /** Processor time of this process. */
  readonly cpuMicros: number;
}

/** Slices of both in turn, each first in turn, until each had its time: what else the machine does meets both alike. */
export async function alternate(
  seconds: number,
  slice: (side: Side) => Promise<Spent>,
): Promise<{ readonly slices: number } & Readonly<Record<Side, Spent>>> {
  let spent: Readonly<Record<Side, Spent>> = { bare: { ms: 0, cpuMicros: 0 }, ours: { ms: 0, cpuMicros: 0 } };
  let slices = 0;
  while (Math.min(spent.bare.ms, spent.ours.ms) < seconds * 1_000) {
    const turn: readonly Side[] = slices % 2 === 0 ? ['bare', 'ours'] : ['ours', 'bare'];
    for (const side of turn) spent = { ...spent, [side]: sumOf(spent[side], await slice(side)) };
    slices += 1;
  }
  return { slices, ...spent };
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
