import type { BuyerPlan, OperatorPlan, ProcessPlan, WorldPlan } from '../plan/plan.ts';
import { rounderMoments } from './simpler-number.ts';
import { haveEveryRole } from './simpler-worlds.ts';

/** Simpler forms of one buyer, the simplest of each kind first. */
export function* simplerBuyers(buyer: BuyerPlan): Generator<BuyerPlan> {
  const [first, ...others] = buyer.lines;
  if (first !== undefined && others.length > 0) {
    for (const line of buyer.lines) yield { ...buyer, lines: [line] };
  }
  if (buyer.lines.some(({ quantity }) => quantity > 1))
    yield { ...buyer, lines: buyer.lines.map((line) => ({ ...line, quantity: 1 })) };
  if (buyer.behaviour !== 'patient' && buyer.behaviour !== 'impatient') yield { ...buyer, behaviour: 'patient' };
  // whoever asks once makes the shortest trace
  if (buyer.behaviour !== 'impatient') yield { ...buyer, behaviour: 'impatient' };
  if (buyer.server > 0) yield { ...buyer, server: 0 };
  for (const atMs of rounderMoments(buyer.atMs)) yield { ...buyer, atMs };
}

export function* simplerOperators(operator: OperatorPlan): Generator<OperatorPlan> {
  if (operator.server > 0) yield { ...operator, server: 0 };
  for (const atMs of rounderMoments(operator.atMs)) yield { ...operator, atMs };
}

/** A clock that is right, and one role less where the others of the world have it, too. */
export function* simplerProcesses(process: ProcessPlan, { processes }: WorldPlan): Generator<ProcessPlan> {
  if (process.driftPpm !== 0 || process.offsetMs !== 0) yield { ...process, driftPpm: 0, offsetMs: 0 };
  for (const role of process.roles) {
    const less = { ...process, roles: process.roles.filter((each) => each !== role) };
    const all = processes.map((each) => (each === process ? less : each));
    if (less.roles.length > 0 && haveEveryRole(all)) yield less;
  }
}
