import type { Chance } from '../world/world-parts.ts';
import type { Among } from './among.ts';
import type { ProcessPlan, Role } from './plan.ts';

/** What a clock may be wrong by, in millionths: what adjtimex(2) slews at most. */
const driftPpm = 500;

const everything: readonly Role[] = ['serve', 'consume', 'control'];

/** From one process that does everything, as embedded, to a fleet of servers and workers. */
export function drawProcesses(chance: Chance, among: Among): readonly ProcessPlan[] {
  const roles: readonly (readonly Role[])[] = among<readonly (readonly Role[])[]>(
    [everything],
    [everything, everything],
    [['serve'], ['serve'], ['consume', 'control']],
    [['serve'], ['serve'], ['consume', 'control'], ['consume', 'control']],
    [['serve', 'control'], ['serve', 'control'], ['consume'], ['consume']],
  );
  const drifts = chance.between(0, 1) === 1;
  return roles.map((each, nth) => ({
    name: `p${nth + 1}`,
    roles: each,
    driftPpm: drifts ? chance.between(-driftPpm, driftPpm) : 0,
    offsetMs: drifts ? chance.between(-200, 200) : 0,
  }));
}
