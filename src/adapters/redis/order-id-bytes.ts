import { writeHex16 } from '../../engine/domain/hex16.ts';
import type { OrderId } from '../../engine/domain/ids.ts';

/** Order ids one behind the other, 16 bytes each. */
export function bytesOfOrderIds(orderIds: readonly OrderId[]): Buffer {
  const bytes = Buffer.allocUnsafe(16 * orderIds.length);
  for (const [n, orderId] of orderIds.entries()) writeHex16(orderId, bytes, 16 * n);
  return bytes;
}

/** The order id in 16 bytes that the gate gave back. */
export function orderIdOfBytes(bytes: Buffer): OrderId {
  const hex = bytes.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return parts.join('-') as OrderId; // it was one when it was written
}
