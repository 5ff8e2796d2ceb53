import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NativeService } from '../stack-file.ts';
import type { StackParts } from '../stack-parts.ts';
import { askRedis } from './ask-redis.ts';
import { onFreePort } from './free-port.ts';
import { startService } from './service-process.ts';

/** An empty Redis answers within 100 ms; a busy machine takes longer. */
const readyMs = 20_000;

/** Redis without persistence (the gate is rebuilt from the ledger) and without eviction (a sale's keys must not vanish). */
export function startRedis(use: RedisUse): Promise<NativeService> {
  return onFreePort(use.preferredPort, (port) => startOn(port, use));
}

interface RedisUse {
  readonly stackDir: string;
  readonly server: string;
  readonly preferredPort: number | undefined;
  readonly parts: StackParts;
  readonly signal?: AbortSignal | undefined;
}

async function startOn(port: number, use: RedisUse): Promise<NativeService> {
  const folder = join(use.stackDir, 'redis');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const conf = join(folder, 'redis.conf');
  const settings = [
    'bind 127.0.0.1',
    `port ${port}`,
    // no password: it answers the loopback only, like Kafka
    'protected-mode yes',
    // relative to the stack's folder, where it is started: a path of any characters would need quotes
    'dir redis',
    'daemonize no',
    'save ""',
    'appendonly no',
    'maxmemory-policy noeviction',
    // `ps` shows which stack it belongs to
    'set-proc-title no',
    '',
  ];
  writeFileSync(conf, settings.join('\n'), { mode: 0o600 });
  const { pid, identity } = await startService({
    ...use,
    name: 'redis',
    program: use.server,
    args: [conf],
    readyMs,
    ask: (timeoutMs) => askRedis(port, timeoutMs),
  });
  return { name: 'redis', kind: 'native', host: '127.0.0.1', port, pid, identity };
}
