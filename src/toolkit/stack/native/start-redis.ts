import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceName } from '../service-name.ts';
import type { NativeService } from '../stack-file.ts';
import type { StackParts } from '../stack-parts.ts';
import { askRedis } from './ask-redis.ts';
import { startService } from './service-process.ts';

/** An empty Redis answers within 100 ms; a busy machine takes longer. */
const readyMs = 20_000;

export interface RedisUse {
  readonly stackDir: string;
  /** The program, redis-server or valkey-server. */
  readonly server: string;
  readonly parts: StackParts;
  readonly signal: AbortSignal;
}

/**
 * Redis without persistence (the gate is rebuilt from the ledger) and without eviction (a sale's keys must not vanish), on
 * that port. `more` are further lines of redis.conf.
 */
export function startRedis(
  name: ServiceName,
  port: number,
  more: readonly string[],
  use: RedisUse,
): Promise<NativeService> {
  const conf = redisConfPath(use.stackDir, name);
  mkdirSync(join(use.stackDir, name), { recursive: true, mode: 0o700 });
  writeFileSync(conf, [...networkLines(name, port), ...dataLines, ...more, ''].join('\n'), { mode: 0o600 });
  return startRedisProcess(name, port, [conf], use);
}

/** A Redis or a Sentinel whose configuration is there already. */
export async function startRedisProcess(
  name: ServiceName,
  port: number,
  args: readonly string[],
  use: RedisUse,
): Promise<NativeService> {
  const { pid, identity } = await startService({
    ...use,
    name,
    program: use.server,
    args,
    readyMs,
    ask: (timeoutMs) => askRedis(port, timeoutMs),
  });
  return { name, kind: 'native', host: '127.0.0.1', port, pid, identity };
}

export function redisConfPath(stackDir: string, name: ServiceName): string {
  return join(stackDir, name, 'redis.conf');
}

/** Of a Redis and of a Sentinel. */
export function networkLines(name: ServiceName, port: number): readonly string[] {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    // no password: it answers the loopback only, like Kafka
    'protected-mode yes',
    // relative to the stack's folder, where it is started: a path of any characters would need quotes
    `dir ${name}`,
    'daemonize no',
  ];
}

const dataLines = [
  'save ""',
  'appendonly no',
  'maxmemory-policy noeviction',
  // A replica has its data at once: nobody else is about to ask for the same snapshot.
  'repl-diskless-sync-delay 0',
  // `ps` shows which stack it belongs to
  'set-proc-title no',
];
