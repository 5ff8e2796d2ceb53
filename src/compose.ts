import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import type { Pool } from 'pg';
import { type DataFolder, openDataFolder } from './adapters/embedded-postgres/data-folder.ts';
import { startEmbeddedPostgres } from './adapters/embedded-postgres/embedded-postgres.ts';
import { keepRunning } from './adapters/embedded-postgres/keep-running.ts';
import { createMemoryGate } from './adapters/memory/memory-gate.ts';
import { createMemoryWaitingRoom } from './adapters/memory/memory-waiting-room.ts';
import { createCountingTelemetry, type FlowLog } from './adapters/node/counting-telemetry.ts';
import { jsonRecordCodec } from './adapters/node/json-record-codec.ts';
import { nodeClock } from './adapters/node/node-clock.ts';
import { nodeDigest } from './adapters/node/node-digest.ts';
import { nodeIds, nodeRandom } from './adapters/node/node-random.ts';
import { migrateUp } from './adapters/postgres/migrations.ts';
import { createPostgresOrderLog } from './adapters/postgres/order-log.ts';
import { createPool, type PostgresAddress } from './adapters/postgres/pool.ts';
import { createPostgresLedger } from './adapters/postgres/postgres-ledger.ts';
import type { Config } from './config/config-schema.ts';
import { createEngine, type EngineParts, type EngineSettings } from './engine/create-engine.ts';
import type { Engine } from './engine/engine.ts';
import { ledgerGroup } from './engine/ports/order-log.ts';

/** Appends have connections of their own, one each, so that neither consumer nor readers ever make an order wait. */
const maxAppendsInFlight = 4;
/** Consumer, controller, lease, a rebuild's snapshot, and requests that read. */
const ledgerConnections = 12;

/** A sale that runs in this process: gate in memory, log and ledger in the data folder's PostgreSQL. */
export interface EmbeddedSale {
  readonly engine: Engine;
  /** Absolute path. */
  readonly dataDir: string;
  /** Rejects if a part that must not end has ended by a fault. */
  readonly broken: Promise<never>;
  /**
   * Stops in order: what is in flight reaches the log, the outbox is flushed, the ledger catches up, leases are given up,
   * PostgreSQL ends. Call after the last request was answered. Safe to repeat.
   */
  stop(): Promise<void>;
}

/** How long a stop waits for the outbox and for the ledger to catch up: what is left is in the log and is recorded at the next start. */
const flushMs = 5_000;
/** A million orders are loaded in this time with room to spare; a gate that takes longer opens while we serve. */
const openGatesMs = 60_000;

/**
 * Opens the data folder, starts its PostgreSQL, migrates it, rebuilds the gate of every sale and starts all flows.
 * `replace` swaps parts in tests (planted defects): nothing in this program passes it.
 */
export async function composeEmbedded(
  config: Config,
  use: { readonly log: FlowLog; readonly replace?: (parts: EngineParts) => EngineParts },
): Promise<EmbeddedSale> {
  const folder = openDataFolder(config.dataDir);
  const undo: (() => Promise<void> | void)[] = [() => folder.close()];
  const unwind = async () => {
    for (let last = undo.pop(); last; last = undo.pop()) await last();
  };
  try {
    const address = await startDatabase(folder, use.log, undo);
    await migrateUp(address);
    const parts = embeddedParts(address, config, use.log, undo);
    // We hold the folder's lock: whoever these rows speak of is dead.
    await parts.ledger.forgetFleet();
    return await startFlows(use.replace?.(parts) ?? parts, config, folder, undo, unwind);
  } catch (error) {
    await unwind();
    throw error;
  }
}

async function startDatabase(
  folder: DataFolder,
  log: FlowLog,
  undo: (() => Promise<void> | void)[],
): Promise<PostgresAddress> {
  const postgres = await startEmbeddedPostgres(folder);
  const kept = keepRunning(folder, postgres, {
    onRestart: (pid) => log.warn({ pid }, 'PostgreSQL had gone and was started again'),
    onFault: (err) => log.warn({ err }, 'PostgreSQL has gone and does not start'),
  });
  undo.push(() => kept.stop());
  return postgres.address;
}

function embeddedParts(
  address: PostgresAddress,
  config: Config,
  log: FlowLog,
  undo: (() => Promise<void> | void)[],
): EngineParts {
  const telemetry = createCountingTelemetry(log);
  const pools: Pool[] = [];
  let closing = false;
  const pool = (max: number) => {
    // A connection that is being closed may meet the end of PostgreSQL first: no news to anybody.
    const made = createPool(address, { max, onFault: (error) => closing || telemetry.fault('postgres', error) });
    pools.push(made);
    return made;
  };
  const gate = createMemoryGate({ clock: nodeClock });
  const ledger = createPostgresLedger({ pool: pool(ledgerConnections) });
  const orderLog = createPostgresOrderLog({
    pool: pool(maxAppendsInFlight + 2), // one reads for the consumer, one answers `lag`
    codec: jsonRecordCodec,
    partitions: config.orderLogPartitions,
    clock: nodeClock,
  });
  undo.push(async () => {
    closing = true;
    await Promise.all(pools.filter((each) => !each.ended).map((each) => each.end()));
  });
  return {
    gate,
    room: createMemoryWaitingRoom({ gate }),
    orderLog,
    ledger,
    clock: nodeClock,
    random: nodeRandom,
    ids: nodeIds,
    digest: nodeDigest,
    codec: jsonRecordCodec,
    telemetry,
    counts: telemetry.counts,
  };
}

/** What the configuration says to the engine, in every mode. */
export function engineSettings(config: Config): EngineSettings {
  return {
    appendDeadlineMs: config.appendDeadlineMs,
    serverLeaseMs: config.serverLeaseMs,
    serverRenewMs: 500,
    relayAfterMs: config.relayAfterMs,
    endOrderDeadlineMs: Math.max(100, config.requestTimeoutMs - 500),
    maxWaitingOrders: config.maxWaitingOrders,
    maxAppendsInFlight,
    passSeconds: config.passSeconds,
    ticketSeconds: config.ticketSeconds,
    // A table keeps every order; whoever composes another log says how long that does.
    logRetention: null,
    holder: `${hostname()}:${process.pid}`,
  };
}

async function startFlows(
  parts: EngineParts,
  config: Config,
  folder: DataFolder,
  undo: (() => Promise<void> | void)[],
  unwind: () => Promise<void>,
): Promise<EmbeddedSale> {
  const running = createEngine(parts, engineSettings(config));
  const stops = { serve: new AbortController(), control: new AbortController(), consume: new AbortController() };
  for (const each of Object.values(stops)) setMaxListeners(0, each.signal);
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  const tasks = { consume: running.consume(stops.consume.signal), control: running.control(stops.control.signal) };
  for (const task of Object.values(tasks)) task.catch(failed.reject);
  undo.push(async () => {
    for (const each of Object.values(stops)) each.abort();
    await Promise.allSettled(Object.values(tasks));
  });

  // No server of ours has a row yet, so that no rebuild has to wait for one.
  await Promise.race([gatesOpen(parts), failed.promise]);
  const serving = running.serve(stops.serve.signal);
  serving.catch(failed.reject);
  await running.engine.sales();

  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    await running.flush(flushMs);
    await untilTrue(flushMs, async () => (await parts.orderLog.lag(ledgerGroup)).every(({ lag }) => lag === 0n));
    stops.serve.abort();
    await serving;
    await unwind();
  }
  return {
    engine: running.engine,
    dataDir: folder.path,
    broken: failed.promise,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Waits until the gate of every sale that is not over stands in the newest epoch, or for `openGatesMs`. */
async function gatesOpen({ ledger, gate }: EngineParts): Promise<void> {
  await untilTrue(openGatesMs, async () => {
    for (const { config, epoch } of await ledger.sales()) {
      if (config.state === 'closed') continue;
      const fence = await gate.fence(config.saleId);
      if (epoch?.state !== 'open' || fence?.state !== 'open' || fence.epoch !== epoch.epoch) return false;
    }
    return true;
  });
}

/** Looks every few milliseconds until it is so, the time is over, or the look fails: then there is nothing to wait for. */
async function untilTrue(limitMs: number, look: () => Promise<boolean>): Promise<void> {
  const end = nodeClock.monotonicMs() + limitMs;
  while (nodeClock.monotonicMs() < end) {
    const done = await look().catch(() => true);
    if (done) return;
    await nodeClock.sleep(20);
  }
}
