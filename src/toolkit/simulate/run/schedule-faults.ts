import { faultText } from '../plan/fault-text.ts';
import type { FaultPlan } from '../plan/plan.ts';
import { injectFault } from '../world/inject-fault.ts';
import type { World } from '../world/world.ts';

/** The faults of a plan, under way or still to come. */
export interface ScheduledFaults {
  /** When the last of them is over by itself. */
  readonly endMs: number;
  /** Ends those that last, and keeps any other from beginning. */
  mend(): void;
}

/** Lets all faults of the plan happen; their moments count from now. `reach` is told of each that has. */
export function scheduleFaults(world: World, reach: (what: string) => void): ScheduledFaults {
  const { faults } = world.plan;
  const { scheduler, trace } = world.services;
  const beganMs = scheduler.nowMs;
  const lasting = new Set<() => void>();
  let isOver = false;
  const say = (text: string) => trace.add({ atMs: scheduler.nowMs, kind: 'fault', from: 'world', to: 'world', text });

  function begin(fault: FaultPlan): void {
    if (isOver) return;
    say(faultText(fault));
    reach(`fault ${fault.kind}`);
    const end = injectFault(world, fault);
    if (end === null || !('forMs' in fault)) return;
    const once = () => {
      if (!lasting.delete(once)) return;
      say(`over: ${faultText(fault)}`);
      end();
    };
    lasting.add(once);
    scheduler.at(scheduler.nowMs + fault.forMs, once);
  }

  for (const fault of faults) {
    if (fault.kind === 'gate_failover') {
      scheduler.at(beganMs + fault.atMs - fault.staleMs, () => {
        if (!isOver) world.copyGate();
      });
    }
    scheduler.at(beganMs + fault.atMs, () => begin(fault));
  }
  return {
    endMs: beganMs + Math.max(0, ...faults.map((fault) => fault.atMs + ('forMs' in fault ? fault.forMs : 0))),
    mend() {
      isOver = true;
      for (const once of [...lasting]) once();
    },
  };
}
