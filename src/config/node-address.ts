import { isIPv6 } from 'node:net';

/** Where one process of a service answers. */
export interface NodeAddress {
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `redis.example.com:6379`, `10.0.0.7:6379` or `[::1]:6379`; undefined for any other text. */
export function parseNodeAddress(text: string): NodeAddress | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^\s:/@[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return bracketed === undefined || isIPv6(bracketed) ? { host, port } : undefined;
}
