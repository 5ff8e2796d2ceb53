import { it } from 'vitest';
import { mainGate, type SaleId } from '../../src/engine/domain/ids.ts';
import type { ProductTotals } from '../../src/engine/domain/ledger-facts.ts';
import type { OrderRecord } from '../../src/engine/domain/order.ts';
import type { SaleConfig } from '../../src/engine/domain/sale.ts';
import type { SaleChange } from '../../src/engine/domain/sale-change.ts';
import { addMs, type Instant, toInstant } from '../../src/engine/domain/time.ts';
import type { Lease, Ledger } from '../../src/engine/ports/ledger.ts';
import type { RecordBatch } from '../../src/engine/ports/ledger-orders.ts';
import { type EpochMarker, ledgerGroup } from '../../src/engine/ports/order-log.ts';
import { aRecord, type RecordBuilder } from '../builders/a-record.ts';
import { epoch, productId, saleId } from '../builders/ids.ts';

/** A ledger to try: empty, its schema in place. */
export interface LedgerUnderTest {
  readonly ledger: Ledger;
  /** Lets at least `ms` go by on the ledger's clock. Never asked for more than 300: a real database has to wait for it. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export type MakeLedger = () => Promise<LedgerUnderTest>;

/** One promise of a ledger, with a ledger of its own. */
export type PromiseOf = (what: string, run: (ledger: Ledger, world: LedgerUnderTest) => Promise<void>) => void;

export function promisesOf(make: MakeLedger): PromiseOf {
  return (what, run) =>
    it(what, async () => {
      const world = await make();
      try {
        await run(world.ledger, world);
      } finally {
        await world.close();
      }
    });
}

export const night = saleId('night');
export const matinee = saleId('matinee');
export const ticket = productId('ticket');
export const secret = 'ab'.repeat(32);
/** A lease or a server's row with this is alive for the whole test, with the shorter one until `pass(shortMs)`. */
export const longMs = 60_000;
export const shortMs = 60;

export interface SaleWish extends Omit<SaleChange, 'saleId' | 'products'> {
  readonly id?: SaleId;
  /** Units of each product; `ticket` with 10 where left out. */
  readonly stock?: Readonly<Record<string, number>>;
  readonly limitPerUser?: number;
}

/** Saves an open sale and gives it stock. */
export async function openSale(ledger: Ledger, wish: SaleWish = {}): Promise<SaleConfig> {
  const { id = night, stock = { ticket: 10 }, limitPerUser = null, ...fields } = wish;
  const products = Object.keys(stock).map((name) => ({ productId: productId(name), limitPerUser }));
  const saved = await ledger.saveSale(
    { saleId: id, state: 'open', ...fields, products },
    { actor: 'test', newSecret: secret },
  );
  if (saved.kind !== 'saved') throw new Error(`The sale was not saved: ${saved.kind}`);
  for (const [name, total] of Object.entries(stock)) {
    const { totalVersion } = await totalsOf(ledger, name, id);
    await ledger.setTotal(id, productId(name), total, totalVersion, 'test');
  }
  return saved.config;
}

export async function totalsOf(ledger: Ledger, product = 'ticket', sale: SaleId = night): Promise<ProductTotals> {
  const found = (await ledger.totals(sale)).find((totals) => totals.productId === product);
  if (found === undefined) throw new Error(`The ledger has no product ${product} in ${sale}`);
  return found;
}

/** Total, held and sold of a product: what most promises are about. */
export async function unitsOf(ledger: Ledger, product = 'ticket', sale: SaleId = night): Promise<string> {
  const { total, held, sold } = await totalsOf(ledger, product, sale);
  return `${held} held, ${sold} sold of ${total}`;
}

export function marker(value: number, sale: SaleId = night): EpochMarker {
  return { saleId: sale, gateId: mainGate, epoch: epoch(value) };
}

/** Entries of one partition as a consumer hands them over. */
export function batchOf(
  entries: readonly (OrderRecord | EpochMarker)[],
  { partition = 0, nextOffset = BigInt(entries.length) }: { partition?: number; nextOffset?: bigint } = {},
): RecordBatch {
  return {
    groupId: ledgerGroup,
    partition,
    entries: entries.map((entry) =>
      'orderId' in entry ? { kind: 'order', record: entry } : { kind: 'marker', marker: entry },
    ),
    nextOffset,
  };
}

/** Records entries and insists that they were. */
export async function recordAll(
  ledger: Ledger,
  entries: readonly (OrderRecord | EpochMarker)[],
  at: { partition?: number; nextOffset?: bigint } = {},
): Promise<void> {
  const result = await ledger.record(batchOf(entries, at));
  if (result.kind !== 'recorded') throw new Error(`The batch was refused: ${result.rule}`);
}

export async function leaseOf(ledger: Ledger, holder = 'controller-1', ttlMs = longMs): Promise<Lease> {
  const lease = await ledger.takeLease('controller', holder, ttlMs);
  if (lease === null) throw new Error('Somebody else has the lease');
  return lease;
}

/** A lease that another holder has taken over since. */
export async function staleLease(ledger: Ledger, world: LedgerUnderTest): Promise<Lease> {
  const stale = await leaseOf(ledger, 'controller-0', shortMs);
  await world.pass(shortMs + 1);
  await leaseOf(ledger, 'controller-1');
  return stale;
}

/** A moment by the ledger's clock, `ms` from now. */
export async function fromNow(ledger: Ledger, ms: number): Promise<Instant> {
  return addMs(toInstant((await ledger.ping()).nowMs), ms);
}

/** Takes and opens the next epoch of a sale. */
export async function openEpoch(ledger: Ledger, lease: Lease, sale: SaleId = night) {
  const row = await ledger.nextEpoch(sale, mainGate, 'test', lease);
  await ledger.openEpoch(sale, mainGate, row.epoch, lease);
  return row;
}

/** The `n`th order of the sale `night`: one ticket by default. */
export function order(n: number): RecordBuilder {
  return aRecord(n).with({ saleId: night });
}
