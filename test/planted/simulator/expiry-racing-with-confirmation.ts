import type { OrderId } from '../../../src/engine/domain/ids.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';

/** Until the next look of a controller, and a little more. */
const aheadMs = 300;

export const bug: PlantedBug = {
  name: 'expiry-racing-with-confirmation',
  story:
    'One statement that ends all overdue holds kept their rows locked for too long, so it became a read of those that will ' +
    'run out until the next look, and at that look an update of each by its id. Between the two a buyer may confirm in time: ' +
    'he has paid, heard yes, and his order is ended.',
  plant: (parts) => {
    let due: readonly OrderId[] = [];
    return {
      ...parts,
      ledger: {
        ...parts.ledger,
        async expireOverdue(limit, lease) {
          const expired = await parts.ledger.expireOverdue(limit, lease);
          for (const orderId of due) await parts.ledger.transition(orderId, 'cancelled', 'hold_ran_out');
          const { nowMs } = await parts.ledger.ping();
          const next: OrderId[] = [];
          for await (const page of parts.ledger.scan(null, limit)) {
            for (const { orderId, state, expiresAt } of page)
              if (state === 'accepted' && expiresAt !== null && expiresAt < nowMs + aheadMs) next.push(orderId);
          }
          due = next;
          return expired;
        },
      },
    };
  },
};
