import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder } from './adapters/embedded-postgres/data-folder.ts';
import { startEmbeddedPostgres } from './adapters/embedded-postgres/embedded-postgres.ts';
import { createCountingTelemetry } from './adapters/node/counting-telemetry.ts';
import { migrateUp } from './adapters/postgres/migrations.ts';
import { createPool, type PostgresAddress } from './adapters/postgres/pool.ts';
import { createPostgresLedger } from './adapters/postgres/postgres-ledger.ts';
import { FluxError } from './engine/domain/flux-error.ts';
import type { SaleId } from './engine/domain/ids.ts';
import { recordOrders } from './engine/flows/record-orders.ts';
import type { Ledger } from './engine/ports/ledger.ts';
import type { BenchedLedger } from './toolkit/bench/bench-ledger.ts';
import { benchProduct, benchRecord } from './toolkit/bench/bench-record.ts';
import { openRawLedger } from './toolkit/bench/raw-ledger.ts';

const saleId = 'bench' as SaleId; // in the form that the parser wants
/** The most that a product may have: no run of a bench sells it out. */
const plentyOfStock = 1_000_000_000;
/** What both sides write, and nothing beside it. */
const connections = 2;

/**
 * A ledger in a PostgreSQL of its own, with its files in a temporary folder, for `bench ledger`; `close` removes both.
 * @throws FluxError `postgres_start_failed`
 */
export async function openBenchedLedger(): Promise<BenchedLedger> {
  const path = await mkdtemp(join(tmpdir(), 'fluxgate-bench-'));
  const undo: (() => unknown)[] = [() => rm(path, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (let last = undo.pop(); last; last = undo.pop()) await last();
  };
  try {
    const folder = openDataFolder(path);
    undo.push(() => folder.close());
    const postgres = await startEmbeddedPostgres(folder);
    undo.push(() => postgres.stop());
    await migrateUp(postgres.address);
    const raw = await openRawLedger(postgres.address);
    undo.push(() => raw.close());
    const { ledger, record } = await openOurs(postgres.address);
    undo.push(() => ledger.close());
    let made = 0;
    return {
      raw,
      record,
      pid: postgres.pid,
      orders: (count) =>
        Array.from({ length: count }, () => {
          made += 1;
          return benchRecord(made, { saleId, epoch: 1 });
        }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The ledger through its port, with a sale, and the flow that a worker runs. */
async function openOurs(address: PostgresAddress) {
  const ledger = createPostgresLedger({ pool: createPool(address, { max: connections }) });
  try {
    await makeSale(ledger);
  } catch (error) {
    await ledger.close();
    throw error;
  }
  let next = 0n;
  const record: BenchedLedger['record'] = async (orders) => {
    const entries = orders.map((order) => {
      next += 1n;
      return { kind: 'order' as const, offset: next - 1n, record: order, bytes: noBytes };
    });
    const telemetry = createCountingTelemetry(silent);
    await recordOrders({ partition: 0, entries, nextOffset: next }, { ledger, telemetry, locate: async () => null });
    return telemetry.counts()['orders_recorded'] ?? 0;
  };
  return { ledger, record };
}

/** Nobody looks at them again once they are decoded. */
const noBytes = new Uint8Array();
const silent = { info() {}, warn() {} };

async function makeSale(ledger: Ledger): Promise<void> {
  const terms = { productId: benchProduct, limitPerUser: null, priceMinor: 9_900n, currency: 'EUR' };
  const newSecret = randomBytes(32).toString('hex');
  await ledger.saveSale({ saleId, state: 'open', products: [terms] }, { actor: 'bench', newSecret });
  const [totals] = await ledger.totals(saleId);
  const raised = await ledger.setTotal(saleId, benchProduct, plentyOfStock, totals?.totalVersion ?? 0, 'bench');
  if (raised.kind !== 'raised') throw new FluxError('fault', `the bench's stock was not set: ${raised.kind}`);
}
