import { GateFences } from '../../src/adapters/memory/gate-fences.ts';
import type { WorldParts } from '../../src/toolkit/simulate/world/world-parts.ts';
import { inGate } from './in-world.ts';

/**
 * A rule that another one covers, and so no bug of test/planted/simulator: a rebuild may begin over whatever stands at the gate, a
 * newer epoch included, as where two controllers believe. The gate is shut then and its epoch is not that of any server, until the
 * controller sees so and makes the next one. `onBegin` is told each time that the rule would have refused.
 */
export function beginOverNewerEpoch(parts: WorldParts, onBegin: () => void): WorldParts {
  const plant = inGate((gate) => ({
    async begin(saleId, epoch) {
      const begun = await gate.begin(saleId, epoch);
      if (begun.kind === 'begun') return begun;
      onBegin();
      // of one sale: nothing else is lost with the fences
      const fences = new GateFences();
      fences.begin(saleId, epoch);
      gate.failOver({ fences: Object.assign(new GateFences(), { copy: () => sameInstance(fences) }) });
      return { kind: 'begun' };
    },
  }));
  return plant(parts);
}

/** Taking these over makes no other instance of the gate; later restarts do. */
function sameInstance(fences: GateFences): GateFences {
  const taken: GateFences & { restart?: () => void } = fences;
  return Object.assign(taken, {
    restart() {
      Reflect.deleteProperty(taken, 'restart');
    },
  });
}
