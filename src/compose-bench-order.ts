import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAvroRecordCodec } from './adapters/kafka/avro-record-codec.ts';
import { nodeDigest } from './adapters/node/node-digest.ts';
import { migrateUp } from './adapters/postgres/migrations.ts';
import { createPool } from './adapters/postgres/pool.ts';
import { createPostgresLedger } from './adapters/postgres/postgres-ledger.ts';
import { postgresAddress } from './compose-addresses.ts';
import { stackOrderLog } from './compose-on-stack.ts';
import { stackParts } from './compose-stack.ts';
import { stackOrigin } from './compose-stack-origin.ts';
import type { Config } from './config/config-schema.ts';
import { loadConfig } from './config/load-config.ts';
import { FluxError } from './engine/domain/flux-error.ts';
import type { SaleId } from './engine/domain/ids.ts';
import { orderIdOf } from './engine/domain/order-id.ts';
import { orderLogLimits } from './engine/ports/order-log.ts';
import { type BenchSettings, startServe, startWorker } from './toolkit/bench/bench-children.ts';
import type { BenchStack } from './toolkit/bench/bench-order.ts';
import { benchProduct, benchRecord } from './toolkit/bench/bench-record.ts';
import { saleId as benchSale } from './toolkit/bench/measure-subject.ts';
import { cacheFolder } from './toolkit/stack/cache-folder.ts';
import { stackDown } from './toolkit/stack/stack-down.ts';
import { stackUp } from './toolkit/stack/stack-up.ts';

const saleId = benchSale as SaleId; // in the form that the parser wants
/** A stack for a bench, and where it is. */
export interface ThrowawayStack extends BenchStack {
  /** Removed with everything in it. */
  readonly path: string;
  readonly stackDir: string;
  /** What a command finds it by. */
  readonly settings: BenchSettings;
  readonly config: Config;
}

/** Nobody waits for these appends but the bench. */
const appendMs = 10_000;

/**
 * A native stack in a temporary folder, for `bench order` and `bench rebuild`; `close` ends and removes it.
 * @throws FluxError what `stack up` throws
 */
export async function openBenchStack(cacheDir: string | undefined, signal?: AbortSignal): Promise<ThrowawayStack> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'fluxgate-bench-')));
  const undo: (() => unknown)[] = [() => rm(path, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (let last = undo.pop(); last; last = undo.pop()) await last();
  };
  try {
    const stackDir = join(path, 'stack');
    const parts = stackParts;
    undo.push(() => stackDown({ stackDir, keep: false, parts }));
    const started = await stackUp({ stackDir, cacheDir: cacheFolder(cacheDir), parts, signal, onProgress: () => {} });
    const env = { FLUXGATE_MODE: 'stack', FLUXGATE_STACK_DIR: stackDir, FLUXGATE_LOG_LEVEL: 'warn' };
    const { value: config } = await loadConfig({ flags: {}, env, cwd: path, stack: stackOrigin });
    await migrateUp(postgresAddress(config));
    const ledger = createPostgresLedger({ pool: createPool(postgresAddress(config), { max: 1 }) });
    undo.push(() => ledger.close());
    const orderLog = stackOrderLog(config, null);
    undo.push(() => orderLog.close());
    return {
      path,
      stackDir,
      settings: env,
      config,
      services: Object.fromEntries(
        started.flatMap((service) => ('pid' in service ? [[service.name, service.pid]] : [])),
      ),
      startServer: () => startServe(join(path, 'data'), env),
      startWorker: () => startWorker(env),
      async appendBacklog(count, stop) {
        const sale = await ledger.sale(saleId);
        const [epoch, secret] = [sale?.epoch?.epoch ?? 1, sale?.orderIdSecret ?? ''];
        const codec = createAvroRecordCodec();
        for (let made = 0; made < count; made += orderLogLimits.append) {
          if (stop?.aborted) throw new FluxError('interrupted', 'the bench was interrupted');
          const size = Math.min(orderLogLimits.append, count - made);
          const records = Array.from({ length: size }, (_, n) => {
            const record = benchRecord(made + n, { saleId, epoch });
            // as its key makes it: `verify` looks
            return { ...record, orderId: orderIdOf(secret, record.userId, record.idempotencyKey, nodeDigest) };
          });
          const appended = await orderLog.append(
            records.map((record) => ({ orderId: record.orderId, bytes: codec.encode(record) })),
            appendMs,
          );
          if (appended.kind === 'unknown')
            throw new FluxError('order_log_unreachable', 'Kafka did not take the backlog', { cause: appended.cause });
        }
      },
      async recorded() {
        const totals = await ledger.totals(saleId);
        return totals.find(({ productId }) => productId === benchProduct)?.sold ?? 0;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
