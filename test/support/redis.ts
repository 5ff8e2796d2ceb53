import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { RedisNode } from '../../src/adapters/redis/redis-address.ts';
import { eventually } from './eventually.ts';
import { freePort, launchRedis, type RedisProcess } from './redis-process.ts';

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
  /** Dies at once (SIGKILL) and stays dead until `crash` or `start`. */
  kill(): Promise<void>;
  /** Starts again at the same address. */
  start(): Promise<void>;
  /** Dies at once (SIGKILL) and starts again at the same address. */
  crash(): Promise<void>;
  /** Makes it a replica and waits until it has all data of its primary. */
  follow(primary: RedisNode): Promise<void>;
  /** Cuts a replica off its primary: what it has now is all that it will have, until `reattach`. */
  detach(): Promise<void>;
  reattach(): Promise<void>;
  stop(): Promise<void>;
}

/** `settings` are lines of redis.conf. */
export async function startTestRedis(
  persistence: Persistence = 'none',
  settings: Readonly<Record<string, string>> = {},
): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'fluxgate-redis-'));
  const address = { host: '127.0.0.1', port: await freePort() };
  const launch = () =>
    launchRedis(folder, argsOf(folder, address, persistence, settings), 'Ready to accept connections');
  let server: RedisProcess = await launch();
  const client = new Redis({ ...address, protocol: 2, lazyConnect: true, retryStrategy: () => 20 });
  client.on('error', () => {}); // it is restarted under our hands

  const replication = async () => {
    const text = String(await client.info('replication'));
    return Object.fromEntries(text.split('\r\n').map((line) => line.split(':') as [string, string]));
  };
  const linked = async () => (await replication()).master_link_status === 'up';

  return {
    address,
    pid: () => server.pid,
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
      await server.end('SIGTERM');
      server = await launch();
    },
    kill: () => server.end('SIGKILL'),
    async start() {
      server = await launch();
    },
    async crash() {
      await server.end('SIGKILL');
      server = await launch();
    },
    async follow(primary) {
      const now = await replication();
      if (now.master_link_status === 'up' && now.master_port === String(primary.port)) return;
      // One that has lost its primary would look for it again within a second only.
      await client.call('REPLICAOF', 'NO', 'ONE');
      await client.call('REPLICAOF', primary.host, primary.port);
      await eventually('the replica follows', linked);
    },
    async detach() {
      // Nothing that Sentinel or the Cluster would put right: its user is unknown to the primary.
      await client.call('CONFIG', 'SET', 'masteruser', 'nobody', 'masterauth', 'wrong');
      const { master_host: host, master_port: port } = await replication();
      const primary = new Redis(Number(port), host ?? '', { protocol: 2 });
      await primary.client('KILL', 'TYPE', 'REPLICA');
      primary.disconnect();
      await eventually('the replica is cut off', async () => !(await linked()));
    },
    async reattach() {
      await client.call('CONFIG', 'SET', 'masteruser', '', 'masterauth', '');
    },
    async stop() {
      client.disconnect();
      await server.end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function argsOf(
  folder: string,
  { port }: RedisNode,
  persistence: Persistence,
  more: Readonly<Record<string, string>>,
): readonly string[] {
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    dir: folder,
    save: '', // in order, by SAVE
    appendonly: persistence === 'aof' ? 'yes' : 'no',
    appendfsync: 'always',
    'repl-diskless-sync-delay': '0',
    'repl-backlog-ttl': '0',
    'shutdown-timeout': '0', // a replica says only every second how far it is
    ...more,
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}
