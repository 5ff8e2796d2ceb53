import type { Epoch, SaleId } from '../../../src/engine/domain/ids.ts';
import type { UnsettledOrder } from '../../../src/engine/ports/gate.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';

interface Seen {
  readonly epoch: Epoch;
  readonly orders: readonly UnsettledOrder[];
}

export const bug: PlantedBug = {
  name: 'relay-of-another-epoch',
  story:
    'A rebuild wipes the outbox, and somebody feared for what was in it: the relay now keeps what it saw last, and appends it ' +
    'again once the sale has another epoch, stamped with that one, because otherwise consumers leave it out. They leave it ' +
    'out for a reason: the rebuilt gate has taken no units for it.',
  plant: (parts) => {
    const seen = new Map<SaleId, Seen>();
    return {
      ...parts,
      gate: {
        ...parts.gate,
        async unsettled(saleId, epoch, olderThanMs, limit) {
          const all = await parts.gate.unsettled(saleId, epoch, 0, limit);
          const found = await parts.gate.unsettled(saleId, epoch, olderThanMs, limit);
          if (all.kind === 'rebuilding' || found.kind === 'rebuilding') return found;
          const before = seen.get(saleId);
          seen.set(saleId, { epoch, orders: all.orders });
          if (before === undefined || before.epoch === epoch) return found;
          const saved = before.orders.map((each) => ({
            ...{ ...each, epoch },
            record: parts.codec.encode({ ...parts.codec.decode(each.record), epoch }),
          }));
          return { ...found, orders: [...found.orders, ...saved] };
        },
      },
    };
  },
};
