import { createServer } from 'node:net';

/** A free port of the loopback: the preferred one if it is, else any. Nobody keeps it free until it is used. */
export async function freePort(preferred?: number): Promise<number> {
  return (preferred === undefined ? undefined : await probe(preferred).catch(() => undefined)) ?? probe(0);
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
      if (attempt === portAttempts || (await freePort(port)) === port) throw error;
    }
  }
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
