import { setMaxListeners } from 'node:events';
import { mkdirSync, realpathSync } from 'node:fs';
import { createAvroRecordCodec } from './adapters/kafka/avro-record-codec.ts';
import { createKafkaOrderLog, type KafkaOrderLog } from './adapters/kafka/order-log.ts';
import { createCountingTelemetry, type FlowLog } from './adapters/node/counting-telemetry.ts';
import { nodeClock } from './adapters/node/node-clock.ts';
import { nodeDigest } from './adapters/node/node-digest.ts';
import { nodeIds, nodeRandom } from './adapters/node/node-random.ts';
import { requireSchema } from './adapters/postgres/migrations.ts';
import { createPool } from './adapters/postgres/pool.ts';
import { createPostgresLedger } from './adapters/postgres/postgres-ledger.ts';
import { openRedis } from './adapters/redis/redis-connection.ts';
import { createRedisGate } from './adapters/redis/redis-gate.ts';
import { createRedisWaitingRoom } from './adapters/redis/redis-waiting-room.ts';
import { engineSettings } from './compose.ts';
import { kafkaAddress, postgresAddress, redisAddress, requireAddresses } from './compose-addresses.ts';
import type { Config } from './config/config-schema.ts';
import { createEngine, type EngineParts } from './engine/create-engine.ts';
import type { LogRetention } from './engine/domain/log-retention.ts';
import type { Engine } from './engine/engine.ts';
import { requireSameClock } from './engine/flows/check-clocks.ts';
import { requireLogKeepsSales } from './engine/flows/check-retention.ts';

/** Of one process: consumer, controller, lease, a rebuild's snapshot, and requests that read. */
const ledgerConnections = 12;
/** A Redis or Kafka that is just starting answers within this time. */
const readyMs = 5_000;
/** How long a stop waits for the outbox: what is left there the relay of a worker brings into the log. */
const flushMs = 5_000;

/** The order log of the stack; `log` hears what kafkajs has to say. */
export function stackOrderLog(config: Config, log: FlowLog | null): KafkaOrderLog {
  const { topic, replicas, minInsyncReplicas, retentionHours } = config.kafka;
  return createKafkaOrderLog({
    ...kafkaAddress(config),
    topic,
    replicas,
    minInsyncReplicas,
    retentionMs: retentionHours * 3_600_000,
    partitions: config.orderLogPartitions,
    requestTimeoutMs: config.appendDeadlineMs,
    codec: createAvroRecordCodec(),
    clock: nodeClock,
    log: (level, message, details) => log?.[level === 'info' ? 'info' : 'warn']({ kafka: level, ...details }, message),
  });
}

/** What the topic is held to (order-topic.ts): it may keep orders longer, never shorter. */
export function stackLogRetention(config: Config): LogRetention {
  return { hours: config.kafka.retentionHours, setting: 'kafka.retentionHours' };
}

interface StackProcess {
  readonly running: ReturnType<typeof createEngine>;
  readonly parts: EngineParts;
  close(): Promise<void>;
}

async function openProcess(config: Config, log: FlowLog): Promise<StackProcess> {
  requireAddresses(config);
  const postgres = postgresAddress(config);
  await requireSchema(postgres);
  const telemetry = createCountingTelemetry(log);
  const redis = openRedis(redisAddress(config));
  const pool = createPool(postgres, {
    max: ledgerConnections,
    onFault: (error) => telemetry.fault('postgres', error),
  });
  const ledger = createPostgresLedger({ pool });
  const orderLog = stackOrderLog(config, log);
  const logRetention = stackLogRetention(config);
  const close = async () => {
    await orderLog.close();
    redis.close();
    await ledger.close();
  };
  try {
    await requireSameClock({ ledger, clock: nodeClock });
    await requireLogKeepsSales(logRetention, { ledger, clock: nodeClock });
    await Promise.all([redis.ready(readyMs), orderLog.prepare()]);
  } catch (error) {
    await close();
    throw error;
  }
  const parts: EngineParts = {
    gate: createRedisGate({ redis, clock: nodeClock }),
    room: createRedisWaitingRoom({ redis }),
    orderLog,
    ledger,
    clock: nodeClock,
    random: nodeRandom,
    ids: nodeIds,
    digest: nodeDigest,
    codec: createAvroRecordCodec(),
    telemetry,
    counts: telemetry.counts,
  };
  return { running: createEngine(parts, { ...engineSettings(config), logRetention }), parts, close };
}

/** What runs until it is stopped. `broken` rejects where a part that must not end has ended by a fault. */
interface StackRole {
  readonly engine: Engine;
  readonly broken: Promise<never>;
  stop(): Promise<void>;
}

function startRole(
  process: StackProcess,
  roles: readonly ('serve' | 'consume' | 'control')[],
  beforeStop: () => Promise<unknown>,
): StackRole {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  const tasks = roles.map((role) => process.running[role](stopping.signal));
  for (const task of tasks) task.catch(failed.reject);
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    await beforeStop();
    stopping.abort();
    await Promise.allSettled(tasks);
    await process.close();
  };
  return {
    engine: process.running.engine,
    broken: failed.promise,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** A server of the fleet: takes orders, records none. */
export async function composeServerOnStack(config: Config, use: { readonly log: FlowLog }) {
  const process = await openProcess(config, use.log);
  // Where commands find the address of this server.
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const role = startRole(process, ['serve'], () => process.running.flush(flushMs));
  await role.engine.sales();
  return { ...role, dataDir: realpathSync(config.dataDir) };
}

/** A worker of the fleet: consumer, relay, release of holds, and a candidate for the controller's lease. */
export async function composeWorkerOnStack(config: Config, use: { readonly log: FlowLog }): Promise<StackRole> {
  return startRole(await openProcess(config, use.log), ['consume', 'control'], async () => {});
}
