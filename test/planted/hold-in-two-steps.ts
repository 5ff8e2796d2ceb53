import type { MemoryGate } from '../../src/adapters/memory/memory-gate.ts';
import { decideHolds } from '../../src/engine/domain/decide-holds.ts';
import type { Planted } from './planted.ts';

/** How long the gate thinks between looking and taking: other turns of the event loop come in between, on a busy machine too. */
const thinkMs = 50;

/**
 * The story: somebody moves the stock into a store that answers over a network and writes "read the stock, decide, write it
 * back" request by request, as if nobody else could come in between. Two requests read the same last unit, and both take it.
 */
export const holdInTwoSteps: Planted = (parts) => {
  // The embedded mode's gate, which this defect is planted into, is the one in memory.
  const gate = parts.gate as MemoryGate;
  return {
    ...parts,
    gate: {
      ...gate,
      async hold(batch) {
        const sale = gate.openSale(batch.saleId, batch.epoch);
        if (sale === null) return gate.hold(batch);
        // Each by itself, so that it does not depend on the network in how many turns a crowd arrives.
        const looked = batch.requests.map((one) => decideHolds(sale, { ...batch, requests: [one] }, parts.clock.now()));
        await parts.clock.sleep(thinkMs);
        for (const { held } of looked) for (const request of held) sale.hold(request, parts.clock.monotonicMs());
        return looked.flatMap(({ outcomes }) => outcomes);
      },
    },
  };
};
