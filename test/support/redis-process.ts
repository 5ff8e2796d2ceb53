import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { cacheFolder } from '../../src/toolkit/stack/cache-folder.ts';
import { bringRedis } from '../../src/toolkit/stack/native/bring-redis.ts';
import { eventually } from './eventually.ts';

/** A redis-server or a Sentinel under our hands. */
export interface RedisProcess {
  readonly pid: number;
  /** Resolves once it is gone; also where it is gone already. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Runs the redis-server of the machine, or the one brought into the cache, until it says `ready`. `folder` goes with this process. */
export async function launchRedis(folder: string, args: readonly string[], ready: string): Promise<RedisProcess> {
  const { server: program } = await bringRedis(cacheFolder(process.env.FLUXGATE_CACHE_DIR));
  const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  server.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  server.on('error', (error) => {
    said += error.message;
  });
  await eventually('redis-server is ready', () => {
    if (server.exitCode !== null) throw new Error(`redis-server ended: ${said}`);
    return said.includes(ready);
  });
  const watchdog = watch(folder, server);
  return {
    pid: server.pid ?? 0,
    async end(signal) {
      if (server.exitCode === null && server.signalCode === null) {
        const ended = once(server, 'exit');
        server.kill(signal);
        // one that was paused would only end when it goes on
        if (signal !== 'SIGKILL') server.kill('SIGCONT');
        await ended;
      }
      watchdog.kill('SIGKILL');
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

/** Waits for this process to go, then ends that Redis and removes its folder. */
function watch(folder: string, server: ChildProcess): ChildProcess {
  const script = 'while kill -0 "$1" 2>/dev/null; do sleep 1; done; kill -KILL "$2"; rm -rf "$3"';
  const args = ['-c', script, 'sh', String(process.pid), String(server.pid), folder];
  const child = spawn('sh', args, { detached: true, stdio: 'ignore' });
  child.unref();
  return child;
}
