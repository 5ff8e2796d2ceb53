import { FluxError } from '../../engine/domain/flux-error.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** host:port, with an IPv6 host in brackets (RFC 3986, 3.2.2). @throws FluxError `usage` */
export function parseAddress(text: string): Address {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) {
    throw new FluxError('usage', `${text} is not an address like 127.0.0.1:6379`);
  }
  return { host, port: Number(port) };
}

export function addressText({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
