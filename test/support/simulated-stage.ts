import { composeSimulation } from '../../src/compose-simulation.ts';
import type { WorldPlan } from '../../src/toolkit/simulate/plan/plan.ts';
import { noTrace } from '../../src/toolkit/simulate/world/trace.ts';
import { createWorld, saleId } from '../../src/toolkit/simulate/world/world.ts';
import type { Stage } from './one-at-a-time.ts';
import { timeMovesDuring } from './simulated-ports.ts';

/** Above all deadlines of a world without faults, several times over. */
const maxWaitMs = 60_000;
const lookEveryMs = 20;

/** The simulated world of a plan, with all its processes at work. */
export function simulatedStage(plan: WorldPlan): Stage & { readonly escaped: readonly string[] } {
  const parts = composeSimulation();
  const world = createWorld(plan, { parts, trace: noTrace, plant: null, afterChange: async () => {} });
  const { scheduler, ledger } = world.services;
  const during = timeMovesDuring(world);
  const serving = world.processes.filter(({ serves }) => serves);
  return {
    saleId,
    books: { ledger, gate: world.gate.losable.gate, digest: parts.digest },
    escaped: world.escaped,
    server(nth) {
      const server = serving[nth % serving.length];
      if (server === undefined) throw new RangeError('nobody serves in this world');
      return server.engine;
    },
    during,
    async until(what, isSo) {
      const deadlineMs = scheduler.nowMs + maxWaitMs;
      while (!(await isSo())) {
        if (scheduler.nowMs > deadlineMs) throw new Error(`It did not come true in the simulated world: ${what}`);
        await scheduler.run(scheduler.nowMs + lookEveryMs);
      }
    },
  };
}
