import type { FaultPlan } from '../plan/plan.ts';
import { below, rounderMoments } from './simpler-number.ts';

/** How long a fault lasts, in milliseconds: from a blink to longer than a server's lease. */
const durations = [20, 100, 150, 300, 600, 1_000, 1_800, 2_500];
const delays = [2, 20, 60, 400, 900];
const staleness = [0, 5, 80];

/** Simpler forms of one fault, the simplest of each kind first: certain, shorter, smaller, at a rounder moment. */
export function* simplerFaults(fault: FaultPlan): Generator<FaultPlan> {
  if (fault.kind === 'network') {
    const { trouble } = fault;
    if (fault.percent < 100) yield { ...fault, percent: 100 };
    if ('ms' in trouble) {
      for (const ms of below(trouble.ms, delays)) yield { ...fault, trouble: { ...trouble, ms } };
    }
  }
  if (fault.kind === 'gate_failover') {
    for (const name of fault.stay) yield { ...fault, stay: fault.stay.filter((each) => each !== name) };
    for (const staleMs of below(fault.staleMs, staleness)) yield { ...fault, staleMs };
  }
  if (fault.kind === 'clock_jump' || fault.kind === 'gate_clock_jump' || fault.kind === 'ledger_clock_jump') {
    for (const ms of below(Math.abs(fault.ms), [900])) yield { ...fault, ms: ms * Math.sign(fault.ms) };
  }
  if (fault.kind === 'slow_disk') {
    for (const ms of below(fault.ms, delays)) yield { ...fault, ms };
  }
  if (fault.kind === 'offsets_back') {
    for (const entries of below(fault.entries, [1, 5])) yield { ...fault, entries };
  }
  if (fault.kind === 'snapshot_cut' && fault.pieces > 1) yield { ...fault, pieces: 1 };
  if (fault.kind === 'poison' && fault.partition > 0) yield { ...fault, partition: 0 };
  if ('forMs' in fault) {
    for (const forMs of below(fault.forMs, durations)) yield { ...fault, forMs };
  }
  for (const atMs of rounderMoments(fault.atMs)) yield { ...fault, atMs };
}
