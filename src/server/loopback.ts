import { isIPv6 } from 'node:net';

/** Whether an address is this machine's own (127.0.0.0/8, ::1, and the former written as IPv6). Undefined: a Unix socket or a test. */
export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return true;
  return address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.');
}

/** Whether a `Host` header names this machine, with or without a port. Guards against DNS rebinding. */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

/** What an address is limited under: a home or a phone gets a whole /64 of IPv6 (RFC 6177), so it counts as one. */
export function addressKey(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  if (address.includes('::')) {
    const rest = tail.split(':').filter(Boolean).length;
    for (let missing = 8 - groups.length - rest; missing > 0; missing -= 1) groups.push('0');
  }
  return groups.slice(0, 4).join(':');
}
