import type { IdempotencyKey, OrderId, RequestHash, UserId } from './ids.ts';
import { canonicalLines, type OrderLine } from './order.ts';

/** The hash that both functions need: 64 lower-case hex digits of the text's UTF-8 (ports/digest.ts has it). */
interface Sha256 {
  sha256Hex(text: string): string;
}

/**
 * The order id of a key: UUIDv8 (RFC 9562, section 5.8) of SHA-256(secret, user, key), cut to 122 bits.
 *
 * The same key makes the same order whatever was lost in between. The sale's secret (64 hex digits) stands first and
 * the fields are length-prefixed, so that no two pairs of user and key share a text; the cut shuts the door on length extension.
 */
export function orderIdOf(secret: string, userId: UserId, key: IdempotencyKey, digest: Sha256): OrderId {
  const hex = digest.sha256Hex(`${secret}${userId.length}:${userId}${key.length}:${key}`);
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}` as OrderId;
}

/** 128 bits over the canonical lines: equal exactly (but for a collision) where two bodies order the same. */
export function requestHashOf(lines: readonly OrderLine[], digest: Sha256): RequestHash {
  let text = '';
  for (const line of canonicalLines(lines)) text += `${line.productId.length}:${line.productId}${line.quantity};`;
  return digest.sha256Hex(text).slice(0, 32) as RequestHash;
}
