import { FluxError } from '../../engine/domain/flux-error.ts';
import type { OrderId, RequestHash } from '../../engine/domain/ids.ts';

const dash = 45;

/**
 * Writes the 32 hex digits of an order id or a request hash as 16 bytes; dashes are passed over.
 * By hand, because cutting the dashes out first made four strings an order, and those cost as much as the rest of encoding.
 * @throws FluxError `fault` where there are not 32 digits in lower case
 */
export function writeHex16(digits: OrderId | RequestHash, into: Buffer, at: number): void {
  let nibbles = 0;
  let byte = 0;
  for (let n = 0; n < digits.length; n += 1) {
    const code = digits.charCodeAt(n);
    if (code === dash) continue;
    const nibble = code >= 97 && code <= 102 ? code - 87 : code >= 48 && code <= 57 ? code - 48 : -1;
    if (nibble < 0 || nibbles === 32) throw malformed(digits);
    byte = (byte << 4) | nibble;
    nibbles += 1;
    if ((nibbles & 1) === 0) {
      into[at + (nibbles >> 1) - 1] = byte;
      byte = 0;
    }
  }
  if (nibbles !== 32) throw malformed(digits);
}

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

function malformed(digits: string): FluxError {
  const text = `${JSON.stringify(digits)} is no order id and no request hash: 32 hex digits in lower case were expected`;
  return new FluxError('fault', text);
}
