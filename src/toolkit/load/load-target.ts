import { hostname, networkInterfaces } from 'node:os';
import { FluxError } from '../../engine/domain/flux-error.ts';

/** Whether a URL's host is this machine by its loopback. */
export function isLoopback(target: string): boolean {
  const { hostname } = new URL(target);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Whether a URL's host is this machine, by its loopback, by its name or by the address of one of its networks. */
export function isThisMachine(target: string): boolean {
  const name = new URL(target).hostname.replace(/^\[|\]$/g, '');
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []);
  return isLoopback(target) || name === hostname() || addresses.includes(name);
}

/**
 * Refuses to send load where it could hurt somebody: any target but the loopback has to be claimed as one's own.
 * Gives the URL's origin back. @throws FluxError `usage`
 */
export function checkLoadTarget(target: string, iOwnThisTarget: boolean): string {
  let url: URL;
  try {
    url = new URL(target);
  } catch (cause) {
    throw new FluxError('usage', `"${target}" is no URL`, { hint: '--url http://127.0.0.1:8080', cause });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new FluxError('usage', `load goes over http or https, not ${url.protocol}`, {
      hint: '--url http://127.0.0.1:8080',
    });
  if (!iOwnThisTarget && !isLoopback(target)) {
    throw new FluxError('usage', `${url.host} is not this machine: load from here could take it down`, {
      hint: 'add --i-own-this-target if it is yours',
    });
  }
  return url.origin;
}
