import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { FluxError } from '../engine/domain/flux-error.ts';
import { isLoopbackAddress } from './loopback.ts';

export interface ListenAddress {
  /** A name or an address; `localhost` and 127.0.0.0/8 and ::1 are the loopback. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** Whether a listener on `host` can be reached from this machine only. */
export function isLoopbackListener(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host);
}

/**
 * Whoever can be reached from outside has an admin token: asked before anything is started, and again by whoever listens.
 * @throws FluxError `usage` where there is none
 */
export function requireAdminToken(listener: {
  readonly host: string;
  readonly adminToken?: string | null | undefined;
  readonly loopbackOnly?: boolean;
}): void {
  const { host, adminToken, loopbackOnly = true } = listener;
  if (adminToken || (loopbackOnly && isLoopbackListener(host))) return;
  throw new FluxError('usage', `A server on ${host} can be reached from outside, and there is no admin token`, {
    hint: 'FLUXGATE_ADMIN_TOKEN=$(openssl rand -hex 24) fluxgate serve ...   or listen on --host 127.0.0.1',
  });
}

/**
 * Starts to listen. A listener that others can reach needs an admin token.
 *
 * @throws FluxError `usage` without one, `port_in_use`, `usage` where the address is not this machine's
 */
export async function listen(
  app: FastifyInstance,
  { host, port }: ListenAddress,
): Promise<{ url: string; port: number }> {
  const { settings } = app.life;
  requireAdminToken({ host, adminToken: settings.adminToken, loopbackOnly: settings.loopbackOnly });
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw listenFault(cause, host, port);
  }
  const address = app.server.address() as AddressInfo; // listening on host and port, so no pipe
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return { url: `http://${name.includes(':') ? `[${name}]` : name}:${address.port}`, port: address.port };
}

function listenFault(cause: unknown, host: string, port: number): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    return new FluxError('port_in_use', `Port ${port} of ${host} is in use by another process`, {
      hint: 'fluxgate serve --port 0   takes any free port',
      cause,
    });
  }
  if (code === 'EACCES') {
    return new FluxError('usage', `Port ${port} is for privileged processes`, {
      hint: 'choose a port above 1023',
      cause,
    });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new FluxError('usage', `${host} is no address of this machine`, { hint: '--host 127.0.0.1', cause });
  }
  return cause;
}
