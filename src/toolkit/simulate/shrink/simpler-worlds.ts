import type { FaultPlan, ProcessPlan, Role, WorldPlan } from '../plan/plan.ts';
import { below } from './simpler-number.ts';

/** When the faults end, in milliseconds. */
const safetyTimes = [100, 200, 500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000];
const everyRole: readonly Role[] = ['serve', 'consume', 'control'];

/** The world with fewer units, products or partitions, or without a rule, the simplest of each kind first. */
export function* simplerWorlds(plan: WorldPlan): Generator<WorldPlan> {
  yield* withFewerProducts(plan);
  yield* withFewerUnits(plan);
  for (const partitions of below(plan.partitions, [1, 2])) yield { ...plan, partitions };
  if (plan.admissionRate !== null) yield { ...plan, admissionRate: null };
  if (plan.maxWaitingOrders < 1_000) yield { ...plan, maxWaitingOrders: 1_000 };
  if (plan.confirmation === 'explicit') yield { ...plan, confirmation: 'on_record' };
  yield* earlier(plan);
  for (const safetyMs of below(plan.safetyMs, safetyTimes)) yield { ...plan, safetyMs };
}

/** Everything by as much earlier as the first thing can be: what matters is often only what comes before what. */
function* earlier(plan: WorldPlan): Generator<WorldPlan> {
  const moved = [...plan.buyers, ...plan.operators, ...plan.faults].map(({ atMs }) => atMs);
  const byMs = Math.min(...moved);
  if (moved.length === 0 || byMs === 0) return;
  const move = <Timed extends { readonly atMs: number }>(timed: Timed): Timed => ({
    ...timed,
    atMs: timed.atMs - byMs,
  });
  yield {
    ...plan,
    buyers: plan.buyers.map(move),
    operators: plan.operators.map(move),
    faults: plan.faults.map(move),
    safetyMs: Math.max(100, plan.safetyMs - byMs),
  };
}

/** Without the products that nobody asks for. */
function* withFewerProducts(plan: WorldPlan): Generator<WorldPlan> {
  const wanted = new Set<number>();
  for (const { lines } of plan.buyers) for (const { product } of lines) wanted.add(product);
  for (const operator of plan.operators) if ('product' in operator) wanted.add(operator.product);
  const kept = plan.stock.flatMap((_, product) => (wanted.has(product) ? [product] : []));
  if (kept.length === plan.stock.length || plan.stock.length === 1) return;
  if (kept.length === 0) kept.push(0);
  const renamed = <Of extends { readonly product: number }>(of: Of): Of => ({
    ...of,
    product: kept.indexOf(of.product),
  });
  yield {
    ...plan,
    stock: kept.map((product) => plan.stock[product] ?? 1),
    buyers: plan.buyers.map((buyer) => ({ ...buyer, lines: buyer.lines.map(renamed) })),
    operators: plan.operators.map((operator) => ('product' in operator ? renamed(operator) : operator)),
  };
}

function* withFewerUnits(plan: WorldPlan): Generator<WorldPlan> {
  for (const [product, units] of plan.stock.entries()) {
    for (const fewer of below(units, [1, 2, 3, Math.ceil(units / 2)]))
      yield { ...plan, stock: plan.stock.with(product, fewer) };
  }
}

/** The world without one of its processes; no faults are left that name it. */
export function* withoutProcesses(plan: WorldPlan): Generator<WorldPlan> {
  for (const gone of plan.processes) {
    const processes = plan.processes.filter((each) => each !== gone);
    if (haveEveryRole(processes))
      yield { ...plan, processes, faults: plan.faults.flatMap((fault) => withoutIt(fault, gone.name)) };
  }
}

/** A sale needs somebody who serves, somebody who records and somebody who makes gates anew. */
export function haveEveryRole(processes: readonly ProcessPlan[]): boolean {
  return everyRole.every((role) => processes.some(({ roles }) => roles.includes(role)));
}

function withoutIt(fault: FaultPlan, process: string): readonly FaultPlan[] {
  if ('process' in fault && fault.process === process) return [];
  if (fault.kind === 'gate_failover') return [{ ...fault, stay: fault.stay.filter((name) => name !== process) }];
  return [fault];
}
