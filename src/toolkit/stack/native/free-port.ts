import { createServer } from 'node:net';
import { FluxError } from '../../../engine/domain/flux-error.ts';

/**
 * Below what Linux (from 32768), macOS and Windows (from 49152) give to outgoing connections: the port of a service that was
 * killed is still free when it starts again.
 */
const lowestPort = 16_384;
const highestPort = 32_767;
/** Of 16,000 ports hardly one is in use. */
const guesses = 50;

/** A free port of the loopback: the preferred one if it is, else any. Nobody keeps it free until it is used. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  for (let guess = 1; guess <= guesses; guess += 1) {
    const port = lowestPort + Math.floor(Math.random() * (highestPort - lowestPort + 1));
    if (await isFree(port)) return port;
  }
  return probe(0);
}

/** A port that was free may be taken before it is used; never three times in a row. */
const portAttempts = 3;

/** Starts something on a free port, and once more on another one where somebody else was quicker to take it. */
export async function onFreePort<Started>(
  preferred: number | undefined,
  start: (port: number) => Promise<Started>,
): Promise<Started> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? preferred : undefined);
    try {
      return await start(port);
    } catch (error) {
      // What we started has gone again: who has the port now is somebody else.
      if (attempt === portAttempts || (await isFree(port))) throw error;
    }
  }
}

/**
 * Starts something that others know by its former port: on that one and no other; on any where it had none.
 * @throws FluxError `stack_start_failed` where somebody else has it
 */
export async function onFormerPort<Started>(
  name: string,
  former: number | undefined,
  start: (port: number) => Promise<Started>,
): Promise<Started> {
  if (former === undefined) return onFreePort(undefined, start);
  if (await isFree(former)) return start(former);
  throw new FluxError(
    'stack_start_failed',
    `port ${former} of ${name} is in use by another program, and the others of the stack know it by that port`,
    { hint: `end that program (ss -tlnp 'sport = :${former}'), or begin anew: fluxgate stack down, fluxgate stack up` },
  );
}

async function isFree(port: number): Promise<boolean> {
  return probe(port).then(
    () => true,
    () => false,
  );
}

function probe(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
