import type { WorldPlan } from '../plan/plan.ts';
import { ddmin } from './ddmin.ts';
import { simplerBuyers, simplerOperators, simplerProcesses } from './simpler-actors.ts';
import { simplerFaults } from './simpler-faults.ts';
import { simplerWorlds, withoutProcesses } from './simpler-worlds.ts';

/** Gives smaller plans, each as a question whether it still breaks the promise, and ends with the smallest that does. */
export type Shrinking = Generator<WorldPlan, WorldPlan, boolean>;

/**
 * Makes a plan smaller until nothing of it can be left out or made simpler by one step: first what can be left out, in halves,
 * then figures. Goes round until a whole round changes nothing, so that what is left is 1-minimal: no single fault, buyer,
 * operator or process can go. Pure; whoever runs it answers, and may stop at any question with the last plan that had a yes.
 */
export function* smallerPlans(plan: WorldPlan): Shrinking {
  // what its faults were drawn as says nothing of the few that are left
  const { stories: _, ...bare } = plan;
  let smallest: WorldPlan = bare;
  for (;;) {
    let round = yield* fewer(smallest, 'faults');
    round = yield* fewer(round, 'operators');
    round = yield* simplest(round, simplerWorlds);
    round = yield* fewer(round, 'buyers');
    round = yield* simplest(round, withoutProcesses);
    round = yield* each(round, 'processes', simplerProcesses);
    round = yield* each(round, 'buyers', simplerBuyers);
    round = yield* each(round, 'operators', simplerOperators);
    round = yield* each(round, 'faults', simplerFaults);
    if (round === smallest) return smallest;
    smallest = round;
  }
}

function* fewer<Part extends 'faults' | 'operators' | 'buyers'>(plan: WorldPlan, part: Part): Shrinking {
  const search = ddmin<WorldPlan[Part][number]>(plan[part]);
  let step = search.next();
  while (!step.done) step = search.next(yield { ...plan, [part]: step.value });
  return step.value === plan[part] ? plan : { ...plan, [part]: step.value };
}

/** The first simpler form that still breaks the promise, and the first one of that, until there is none. */
function* simplest(plan: WorldPlan, formsOf: (plan: WorldPlan) => Iterable<WorldPlan>): Shrinking {
  for (const form of formsOf(plan)) {
    if (yield form) return yield* simplest(form, formsOf);
  }
  return plan;
}

/** The same with every item of a list, one after the other. */
function* each<Part extends 'faults' | 'operators' | 'buyers' | 'processes'>(
  plan: WorldPlan,
  part: Part,
  formsOf: (item: WorldPlan[Part][number], now: WorldPlan) => Iterable<WorldPlan[Part][number]>,
): Shrinking {
  let smallest = plan;
  for (let nth = 0; nth < plan[part].length; nth += 1) {
    smallest = yield* simplest(smallest, function* (now) {
      const item = now[part][nth];
      if (item === undefined) return;
      for (const form of formsOf(item, now)) yield { ...now, [part]: (now[part] as (typeof item)[]).with(nth, form) };
    });
  }
  return smallest;
}
