import type { OrderId } from './ids.ts';

/**
 * The partition of the order log that an order stands in. The last 32 bits of an order id are bits of a digest,
 * so they spread evenly by themselves and every copy of an order meets the others in one partition.
 */
export function partitionOf(orderId: OrderId, partitions: number): number {
  return Number.parseInt(orderId.slice(-8), 16) % partitions;
}
