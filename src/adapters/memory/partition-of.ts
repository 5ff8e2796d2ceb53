import type { OrderId } from '../../engine/domain/ids.ts';

/**
 * The partition that the memory log appends an order to. The last 32 bits of an order id are bits of a digest, so they
 * spread evenly by themselves. No other log promises that the copies of an order share a partition (ports/order-log.ts).
 */
export function partitionOf(orderId: OrderId, partitions: number): number {
  return Number.parseInt(orderId.slice(-8), 16) % partitions;
}
