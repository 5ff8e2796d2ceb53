import type { GateReplica } from '../../../src/adapters/memory/memory-gate.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';

export const bug: PlantedBug = {
  name: 'replication-id-not-compared',
  story:
    'The fence says which epoch is open, and that looked like enough: a managed Redis hides its replication id, so the ' +
    'comparison went. A replica that is promoted brings the fence with it, and goes on selling from wherever it had got to.',
  plantInWorld: (parts) => ({
    ...parts,
    gate(clock) {
      const losable = parts.gate(clock);
      return {
        ...losable,
        restart: () => {},
        failOver: (copy) => losable.failOver(withoutNewInstance(copy as GateReplica)), // composeSimulation makes them
      };
    },
  }),
};

/** Taking it over makes no other instance of the gate. */
function withoutNewInstance({ fences }: GateReplica): GateReplica {
  const copy = () => Object.assign(fences.copy(), { restart: () => {} });
  return { fences: Object.assign(fences.copy(), { copy }) };
}
