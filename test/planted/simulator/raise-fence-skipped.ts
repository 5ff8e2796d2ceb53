import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';

export const bug: PlantedBug = {
  name: 'raise-fence-skipped',
  story:
    'A rebuild raised the fence, and then waited for the servers all the same: one of the two looked needless to each of two ' +
    'people, and each took out the other one. A server that has not heard of the rebuild goes on selling from the gate that ' +
    'is about to be wiped, behind the marker.',
  plant: (parts) => ({
    ...parts,
    gate: { ...parts.gate, raiseFence: async () => {} },
    ledger: {
      ...parts.ledger,
      serverRows: async () => {
        const rows = await parts.ledger.serverRows();
        return rows.map((row) => ({ ...row, highestNumberSeen: Number.MAX_SAFE_INTEGER }));
      },
    },
  }),
};
