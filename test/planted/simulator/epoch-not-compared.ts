import type { MemoryGate } from '../../../src/adapters/memory/memory-gate.ts';
import type { Epoch, SaleId } from '../../../src/engine/domain/ids.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inGate } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'epoch-not-compared',
  story:
    'The scripts of the gate look whether the fence is open and whether it is of this instance; the epoch that a server names ' +
    'was a third comparison that no test ever failed without. A request that was on its way during a rebuild now takes units ' +
    'of the new gate for a record of the old epoch, and every consumer leaves that record out.',
  plantInWorld: inGate((gate) => ({
    hold: async (batch) => gate.hold({ ...batch, epoch: await present(gate, batch.saleId, batch.epoch) }),
    settle: async (saleId, epoch, orderIds) => gate.settle(saleId, await present(gate, saleId, epoch), orderIds),
    release: async (saleId, epoch, releases) => gate.release(saleId, await present(gate, saleId, epoch), releases),
    setTotal: async (saleId, epoch, total) => gate.setTotal(saleId, await present(gate, saleId, epoch), total),
  })),
};

/** The epoch that the gate has, whatever the caller believes. */
async function present(gate: MemoryGate, saleId: SaleId, named: Epoch): Promise<Epoch> {
  return (await gate.fence(saleId))?.epoch ?? named;
}
