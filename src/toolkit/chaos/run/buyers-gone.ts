import type { Experiment } from '../experiment/experiment.ts';
import { isWithin, type Sample } from '../probe/steady-state.ts';

/** What only buyers can say. */
const heardByBuyers: readonly string[] = ['share', 'rate', 'latency'];

/**
 * Why nothing can be said for want of buyers; empty where they were there for long enough. Times on one clock, and
 * `buyersEndedMs` is null while they still came at the end of the recovery. Pure.
 */
export function buyersGone(
  { steadyState }: Pick<Experiment, 'steadyState'>,
  seen: {
    readonly buyersEndedMs: number | null;
    readonly lastUndoMs: number;
    readonly notSteadyAfter: readonly string[];
    readonly lastSample: Sample | undefined;
  },
): readonly string[] {
  const { buyersEndedMs, lastUndoMs, notSteadyAfter, lastSample } = seen;
  if (buyersEndedMs === null) return [];
  const atMs = Math.abs(lastUndoMs - buyersEndedMs);
  if (buyersEndedMs < lastUndoMs) {
    return [`buyers had gone ${seconds(atMs)} before the last undo: who felt the faults? Make the load longer`];
  }
  if (notSteadyAfter.length === 0 || lastSample === undefined) return [];
  const ill = steadyState.flatMap(({ probe, tolerance, check }, n) => {
    const value = lastSample.values[n] ?? null;
    return check.has('after') && !isWithin(tolerance, value) ? [{ kind: probe.kind, value }] : [];
  });
  // what somebody else says is not normal is a finding, whoever buys
  if (!ill.every(({ kind, value }) => value === null && heardByBuyers.includes(kind))) return [];
  return [`buyers had gone ${seconds(atMs)} after the last undo, before it was normal again: make the load longer`];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
