import { nodeClock } from '../../src/adapters/node/node-clock.ts';
import { nodeDigest } from '../../src/adapters/node/node-digest.ts';
import { createPool } from '../../src/adapters/postgres/pool.ts';
import { createPostgresLedger } from '../../src/adapters/postgres/postgres-ledger.ts';
import { openRedis } from '../../src/adapters/redis/redis-connection.ts';
import { createRedisGate } from '../../src/adapters/redis/redis-gate.ts';
import { postgresAddress, redisAddress } from '../../src/compose-addresses.ts';
import { composeServerOnStack } from '../../src/compose-on-stack.ts';
import { stackOrigin } from '../../src/compose-stack-origin.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { SaleId } from '../../src/engine/domain/ids.ts';
import { eventually } from './eventually.ts';
import type { Stage } from './one-at-a-time.ts';

/** A worker finds a sale, a release or a total within a beat of its controller; many sales at a time share it. */
const maxWaitMs = 60_000;
const noLog = { info: () => {}, warn: () => {} };

/** Servers of this process on a real Redis, Kafka and PostgreSQL, whose workers run elsewhere. */
export interface StackStages {
  stage(saleId: SaleId): Stage;
  close(): Promise<void>;
}

export async function openStackStages(env: Readonly<Record<string, string>>, cwd: string): Promise<StackStages> {
  const { value: config } = await loadConfig({ flags: {}, env, cwd, stack: stackOrigin });
  const servers = await Promise.all([1, 2].map(() => composeServerOnStack(config, { log: noLog })));
  const ledger = createPostgresLedger({ pool: createPool(postgresAddress(config), { max: 8 }) });
  const redis = openRedis(redisAddress(config));
  await redis.ready(maxWaitMs);
  const books = { ledger, gate: createRedisGate({ redis, clock: nodeClock }), digest: nodeDigest };
  return {
    stage: (saleId) => ({
      saleId,
      books,
      server(nth) {
        const server = servers[nth % servers.length];
        if (server === undefined) throw new RangeError('no server was started');
        return server.engine;
      },
      during: (happens) => happens,
      until: (what, isSo) => eventually(`${saleId}: ${what}`, isSo, maxWaitMs),
    }),
    async close() {
      await Promise.all(servers.map((server) => server.stop()));
      redis.close();
      await ledger.close();
    },
  };
}
