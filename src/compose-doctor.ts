import { nodeClock } from './adapters/node/node-clock.ts';
import { requireSchema } from './adapters/postgres/migrations.ts';
import { createPool } from './adapters/postgres/pool.ts';
import { createPostgresLedger } from './adapters/postgres/postgres-ledger.ts';
import { gateScripts } from './adapters/redis/gate-scripts.ts';
import { openRedis } from './adapters/redis/redis-connection.ts';
import { postgresAddress, redisAddress } from './compose-addresses.ts';
import { stackLogRetention, stackOrderLog } from './compose-on-stack.ts';
import type { Config } from './config/config-schema.ts';
import { defaultSaleId } from './engine/domain/ids.ts';
import { requireSameClock } from './engine/flows/check-clocks.ts';
import { requireLogKeepsSales } from './engine/flows/check-retention.ts';
import type { ServiceChecks } from './toolkit/doctor/service-findings.ts';

/** A Redis that runs answers in milliseconds, and one that was just started within this time. */
const readyMs = 5_000;

/** What `serve` and `worker` would meet at the services of the settings. Changes nothing: not even the topic is made. */
export const serviceChecks: ServiceChecks = { gate: checkGate, 'order log': checkOrderLog, ledger: checkLedger };

async function checkGate(config: Config): Promise<string> {
  const redis = openRedis(redisAddress(config));
  try {
    await redis.ready(readyMs);
    // It reads, whether the sale is there or not: a user without the rights of scripts is refused.
    await redis.run(gateScripts.stock, defaultSaleId, { epoch: 1 });
    return `Redis (${config.redis.topology}) answers at ${config.redis.nodes.join(', ')}, is safe and runs scripts`;
  } finally {
    redis.close();
  }
}

async function checkOrderLog(config: Config): Promise<string> {
  const orderLog = stackOrderLog(config, null);
  try {
    const { brokers, topicIsThere } = await orderLog.inspect();
    const topic = `topic ${config.kafka.topic} ${topicIsThere ? 'is as it should be' : 'will be made'}`;
    return `Kafka answers with ${brokers} broker${brokers === 1 ? '' : 's'}, ${topic}`;
  } finally {
    await orderLog.close();
  }
}

async function checkLedger(config: Config): Promise<string> {
  const address = postgresAddress(config);
  const { serverVersion } = await requireSchema(address);
  const ledger = createPostgresLedger({ pool: createPool(address, { max: 1 }) });
  try {
    await requireSameClock({ ledger, clock: nodeClock });
    await requireLogKeepsSales(stackLogRetention(config), { ledger, clock: nodeClock });
    return `PostgreSQL ${serverVersion} answers at ${config.postgres.host}:${config.postgres.port}, schema and clock are right`;
  } finally {
    await ledger.close();
  }
}
