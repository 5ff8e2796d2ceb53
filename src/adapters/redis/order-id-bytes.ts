import { FluxError } from '../../engine/domain/flux-error.ts';
import type { OrderId, RequestHash } from '../../engine/domain/ids.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const hash = /^[0-9a-f]{32}$/;

/** The 32 hex digits of an order id. @throws FluxError `fault` where it is no UUID in lower case */
export function digitsOfOrderId(orderId: OrderId): string {
  if (!uuid.test(orderId)) throw malformed('order id', orderId, 'a UUID in lower case');
  return orderId.slice(0, 8) + orderId.slice(9, 13) + orderId.slice(14, 18) + orderId.slice(19, 23) + orderId.slice(24);
}

/** The 32 hex digits of a request hash. @throws FluxError `fault` where it is something else */
export function digitsOfHash(requestHash: RequestHash): string {
  if (!hash.test(requestHash)) throw malformed('request hash', requestHash, '32 hex digits in lower case');
  return requestHash;
}

/** The order id in 16 bytes that the gate gave back. */
export function orderIdOfBytes(bytes: Buffer): OrderId {
  const hex = bytes.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return parts.join('-') as OrderId; // it was one when it was written
}

function malformed(what: string, text: string, wanted: string): FluxError {
  return new FluxError('fault', `${JSON.stringify(text)} is no ${what}: ${wanted} was expected`);
}
