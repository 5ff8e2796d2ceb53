import type { Planted } from './planted.ts';

/** Every so many appends one does not come through, as on a bad day. */
const lostEvery = 3;

/**
 * The story: somebody empties the outbox when an append fails ("it failed, so the hold is of no use"), and forgets that a
 * failed append is an unknown one and that the units are still taken. Nobody appends those orders again.
 */
export const dropOutbox: Planted = (parts) => {
  let appends = 0;
  return {
    ...parts,
    orderLog: {
      ...parts.orderLog,
      async append(records, timeoutMs) {
        appends += 1;
        if (appends % lostEvery !== 0) return parts.orderLog.append(records, timeoutMs);
        return { kind: 'unknown', cause: new Error('planted: the log did not answer') };
      },
    },
    gate: {
      ...parts.gate,
      async unsettled(saleId, epoch, olderThanMs, limit) {
        const found = await parts.gate.unsettled(saleId, epoch, olderThanMs, limit);
        if (found.kind === 'rebuilding' || olderThanMs === 0) return found;
        await parts.gate.settle(
          saleId,
          epoch,
          found.orders.map(({ orderId }) => orderId),
        );
        return { kind: 'unsettled', orders: [], size: 0 };
      },
    },
  };
};
