import { admit, progressOf, takePlace } from '../../engine/domain/admission.ts';
import type { WaitingRoom } from '../../engine/ports/waiting-room.ts';
import type { MemoryGate } from './memory-gate.ts';

/** The waiting room of the embedded product. Its state is part of the gate's: one fence, one snapshot, one loss. */
export function createMemoryWaitingRoom({ gate }: { readonly gate: Pick<MemoryGate, 'openSale'> }): WaitingRoom {
  return {
    async admit(saleId, epoch, ratePerSecond, wanted, now) {
      const sale = gate.openSale(saleId, epoch);
      if (sale === null) return { kind: 'rebuilding' };
      const { granted, room } = admit(sale.room, ratePerSecond, wanted, now);
      sale.room = room;
      return { kind: 'admitted', granted, progress: progressOf(room) };
    },

    async takePlace(saleId, epoch) {
      const sale = gate.openSale(saleId, epoch);
      if (sale === null) return { kind: 'rebuilding' };
      const { place, room } = takePlace(sale.room);
      sale.room = room;
      return { kind: 'place', place };
    },
  };
}
