import type { IdempotencyKey, OrderId, SaleId, UserId } from '../ids.ts';
import { type Finding, finding } from './finding.ts';

export function keyWithTwoOrders(
  saleId: SaleId,
  userId: UserId,
  key: IdempotencyKey,
  orderIds: readonly OrderId[],
): Finding {
  const text = `key ${key} of ${userId} in ${saleId} has ${orderIds.length} orders`;
  return finding('key_with_two_orders', text, {
    ids: orderIds,
    numbers: { orders: orderIds.length },
    look: `fluxgate order show ${orderIds[0] ?? ''}`,
  });
}

/**
 * One key, one order id: the id is a function of sale, user and key, so an answer with any other id means that the key
 * heard, or could hear, of two orders. This needs no memory of earlier answers.
 */
export function otherOrderHeard(userId: string, key: string, heard: string, own: string): Finding {
  return finding('other_order_heard', `key ${key} of ${userId} heard of order ${heard}, its own is ${own}`, {
    ids: [heard, own],
    look: `fluxgate order show ${heard}`,
  });
}

/** A key heard twice that its order is new; the second time it has to hear `ignored`. */
export function acceptedTwice(orderId: OrderId, userId: string, key: string): Finding {
  return finding('accepted_twice', `key ${key} of ${userId} heard twice that its order ${orderId} is new`, {
    ids: [orderId],
    look: `fluxgate order show ${orderId}`,
  });
}

/** A record whose id is not the one that its sale, user and key make. */
export function foreignOrderId(recorded: OrderId, own: OrderId, partition: number, offset: bigint): Finding {
  const text = `the record at partition ${partition}, offset ${offset} carries order id ${recorded}, its key makes ${own}`;
  return finding('foreign_order_id', text, {
    ids: [recorded, own],
    numbers: { partition, offset: Number(offset) },
    look: `fluxgate order show ${recorded}`,
  });
}

export function rowTwice(orderId: OrderId): Finding {
  return finding('row_twice', `${orderId} has more than one row in the ledger`, {
    ids: [orderId],
    look: `fluxgate order show ${orderId}`,
  });
}
