import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { RedisNode } from '../../src/adapters/redis/redis-address.ts';
import { cacheFolder } from '../../src/toolkit/stack/cache-folder.ts';
import { bringRedis } from '../../src/toolkit/stack/native/bring-redis.ts';
import { eventually } from './eventually.ts';

/** How a Redis keeps its data over a restart. */
export type Persistence = 'none' | 'rdb' | 'aof';

/** A throwaway Redis, of the machine or brought into the cache, on a free port of 127.0.0.1. */
export interface TestRedis {
  readonly address: RedisNode;
  /** Its process. */
  readonly pid: () => number;
  /** Sends one command. */
  command(...words: readonly (string | number)[]): Promise<unknown>;
  /** `INFO replication`, field by field. */
  replication(): Promise<Readonly<Record<string, string>>>;
  /** Stops in order, keeping its data where persistence says so, and starts again at the same address. */
  restart(): Promise<void>;
  /** Dies at once (SIGKILL) and starts again at the same address. */
  crash(): Promise<void>;
  /** Makes it a replica and waits until it has all data of its primary. */
  follow(primary: RedisNode): Promise<void>;
  stop(): Promise<void>;
}

/** `settings` are lines of redis.conf. */
export async function startTestRedis(
  persistence: Persistence = 'none',
  settings: Readonly<Record<string, string>> = {},
): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'fluxgate-redis-'));
  const address = { host: '127.0.0.1', port: await freePort() };
  let server = await launch(folder, address, persistence, settings);
  let watchdog = watch(folder, server);
  const client = new Redis({ ...address, protocol: 2, lazyConnect: true, retryStrategy: () => 20 });
  client.on('error', () => {}); // it is restarted under our hands

  async function again(): Promise<void> {
    watchdog.kill('SIGKILL');
    server = await launch(folder, address, persistence, settings);
    watchdog = watch(folder, server);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }

  const replication = async () => {
    const text = String(await client.info('replication'));
    return Object.fromEntries(text.split('\r\n').map((line) => line.split(':') as [string, string]));
  };

  return {
    address,
    pid: () => server.pid ?? 0,
    command: (name, ...words) => client.call(String(name), ...words),
    replication,
    async restart() {
      // refused while a replica is being sent a snapshot
      const saved = () =>
        client.call('SAVE').then(
          () => true,
          () => false,
        );
      if (persistence === 'rdb') await eventually('its data are on disk', saved);
      await end('SIGTERM');
      await again();
    },
    async crash() {
      await end('SIGKILL');
      await again();
    },
    async follow(primary) {
      await client.call('REPLICAOF', primary.host, primary.port);
      await eventually('the replica follows', async () => (await replication()).master_link_status === 'up');
    },
    async stop() {
      client.disconnect();
      await end('SIGKILL');
      watchdog.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(
  folder: string,
  { port }: RedisNode,
  persistence: Persistence,
  more: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const { server: program } = await bringRedis(cacheFolder(undefined));
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    dir: folder,
    save: '', // in order, by SAVE
    appendonly: persistence === 'aof' ? 'yes' : 'no',
    appendfsync: 'always',
    'repl-diskless-sync-delay': '0',
    'repl-backlog-ttl': '0',
    ...more,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
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
    return said.includes('Ready to accept connections');
  });
  return server;
}

async function freePort(): Promise<number> {
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
