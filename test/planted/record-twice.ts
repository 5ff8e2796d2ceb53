import type { OrderId } from '../../src/engine/domain/ids.ts';
import type { Planted } from './planted.ts';

/**
 * The story: the consumer is made to write "at least once" by giving each row an id of its own instead of the order's. A batch
 * that comes again (here: each batch comes twice) is written again, its units are counted again, and nothing conflicts.
 */
export const recordTwice: Planted = (parts) => ({
  ...parts,
  ledger: {
    ...parts.ledger,
    async record(batch) {
      const first = await parts.ledger.record(batch);
      const again = batch.entries.flatMap((entry) =>
        entry.kind === 'order'
          ? [{ ...entry, record: { ...entry.record, orderId: otherId(entry.record.orderId) } }]
          : [],
      );
      await parts.ledger.record({ ...batch, entries: again, nextOffset: 0n });
      return first;
    },
  },
});

/** A well-formed id that differs in its first digit. */
function otherId(orderId: OrderId): OrderId {
  const first = (Number.parseInt(orderId.slice(0, 1), 16) + 1) % 16;
  return `${first.toString(16)}${orderId.slice(1)}` as OrderId; // made of an order id, digit by digit
}
