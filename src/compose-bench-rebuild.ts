import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { saleKey } from './adapters/redis/sale-keys.ts';
import { openBenchStack } from './compose-bench-order.ts';
import { stackParts } from './compose-stack.ts';
import type { Config } from './config/config-schema.ts';
import { FluxError } from './engine/domain/flux-error.ts';
import type { SaleId } from './engine/domain/ids.ts';
import { runVerify, startServe, startWorker } from './toolkit/bench/bench-children.ts';
import type { RebuildStack } from './toolkit/bench/bench-rebuild.ts';
import { benchProduct } from './toolkit/bench/bench-record.ts';
import { saleId as benchSale } from './toolkit/bench/measure-subject.ts';
import { openRawRebuild } from './toolkit/bench/raw-rebuild.ts';
import { cacheFolder } from './toolkit/stack/cache-folder.ts';
import { askRedis } from './toolkit/stack/native/ask-redis.ts';
import { infoFields, redisCommand } from './toolkit/stack/native/redis-command.ts';
import { readStackFile } from './toolkit/stack/stack-file.ts';
import { stackUp } from './toolkit/stack/stack-up.ts';

const saleId = benchSale as SaleId; // in the form that the parser wants
/** One question to a Redis on the loopback that has nothing else to do. */
const askMs = 1_000;

/**
 * The stack of `bench order` with what a lost gate needs beside it, and the configured lease and deadline.
 * @throws FluxError what `stack up` throws
 */
export async function openRebuildStack(wanted: Config, signal?: AbortSignal): Promise<RebuildStack> {
  const { serverLeaseMs, appendDeadlineMs } = wanted;
  const cacheDir = cacheFolder(wanted.cacheDir);
  const stack = await openBenchStack(cacheDir, signal);
  const { path, stackDir, config } = stack;
  const settings = {
    ...stack.settings,
    FLUXGATE_SERVER_LEASE_MS: `${serverLeaseMs}`,
    FLUXGATE_APPEND_DEADLINE_MS: `${appendDeadlineMs}`,
  };
  try {
    const { redis, postgres } = servicesOf(stackDir);
    const { host, port, user = '', password = '', database = '' } = postgres;
    const raw = await openRawRebuild({ redis, postgres: { host, port, user, password, database } });
    let redisPid = redis.pid;
    const dataDir = (name: string) => join(path, `data-${name}`);
    const ask = (command: string, ...words: string[]) => redisCommand(redis.port, command, ...words);
    return {
      raw,
      serverLeaseMs,
      appendDeadlineMs,
      services: () => [redisPid, ...Object.entries(stack.services).flatMap(([n, pid]) => (n === 'redis' ? [] : [pid]))],
      // its log says how long each step took
      startWorker: () => startWorker({ ...settings, FLUXGATE_LOG_LEVEL: 'info' }),
      startServer: (name) => startServe(dataDir(name), settings),
      verify: (name) => runVerify(['--data-dir', dataDir(name)], settings),
      appendBacklog: (count, stop) => stack.appendBacklog(count, stop),
      recorded: () => stack.recorded(),
      async killRedis() {
        process.kill(redisPid, 'SIGKILL');
        await untilSilent(redis.port);
      },
      async startRedis() {
        await stackUp({ stackDir, cacheDir, parts: stackParts, signal, onProgress: () => {} });
        redisPid = servicesOf(stackDir).redis.pid;
      },
      redisAnswers: () => answers(redis.port),
      async gateHolds() {
        const key = (name: 'orders' | 'stock' | 'totals') => saleKey(saleId, name);
        const orders = Number(await ask('HLEN', key('orders')));
        const free = Number(await ask('HGET', key('stock'), benchProduct));
        const total = Number.parseInt(String(await ask('HGET', key('totals'), benchProduct)), 10);
        return { orders, sold: total - free };
      },
      redisBytes: async () => Number(infoFields(await ask('INFO', 'memory')).get('used_memory')),
      kafkaBytes: () => bytesOfTopic(join(stackDir, 'kafka', 'data'), config.kafka.topic),
      async close() {
        await raw.close().catch(() => {});
        await stack.close();
      },
    };
  } catch (error) {
    await stack.close();
    throw error;
  }
}

function servicesOf(stackDir: string) {
  const services = readStackFile(stackDir)?.services ?? [];
  const redis = services.find(({ name }) => name === 'redis');
  const postgres = services.find(({ name }) => name === 'postgres');
  if (redis?.kind !== 'native' || postgres === undefined)
    throw new FluxError('fault', "the bench's stack has no Redis or no PostgreSQL of its own");
  return { redis, postgres };
}

const answers = (port: number): Promise<boolean> =>
  askRedis(port, askMs).then(
    () => true,
    () => false,
  );

async function untilSilent(port: number): Promise<void> {
  while (await answers(port)) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Of its records alone: the indexes beside them are made larger than they are. */
async function bytesOfTopic(dataDir: string, topic: string): Promise<number> {
  let bytes = 0;
  for (const partition of await readdir(dataDir)) {
    if (!partition.startsWith(`${topic}-`)) continue;
    for (const file of await readdir(join(dataDir, partition))) {
      if (file.endsWith('.log')) bytes += (await stat(join(dataDir, partition, file))).size;
    }
  }
  return bytes;
}
