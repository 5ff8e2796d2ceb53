import type { OrderId } from '../../engine/domain/ids.ts';

/**
 * The partition of an order where the log places orders by id. The last 32 bits of an order id are bits of a digest, so
 * they spread evenly by themselves.
 */
export function partitionOf(orderId: OrderId, partitions: number): number {
  return Number.parseInt(orderId.slice(-8), 16) % partitions;
}
