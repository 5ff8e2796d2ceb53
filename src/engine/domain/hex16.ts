import { FluxError } from './flux-error.ts';
import type { OrderId, RequestHash } from './ids.ts';

const dash = 45;

/**
 * Writes the 32 hex digits of an order id or a request hash as 16 bytes; dashes are passed over.
 * By hand, because cutting the dashes out first made four strings an order, and those cost as much as the rest of encoding.
 * @throws FluxError `fault` where there are not 32 digits in lower case
 */
export function writeHex16(digits: OrderId | RequestHash, into: Uint8Array, at: number): void {
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

function malformed(digits: string): FluxError {
  const text = `${JSON.stringify(digits)} is no order id and no request hash: 32 hex digits in lower case were expected`;
  return new FluxError('fault', text);
}
