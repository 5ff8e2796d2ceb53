import { describe, expect } from 'vitest';
import type { PendingStockChange } from '../../src/engine/domain/ledger-facts.ts';
import type { Ledger } from '../../src/engine/ports/ledger.ts';
import { instant, productId, saleId } from '../builders/ids.ts';
import {
  leaseOf,
  type MakeLedger,
  matinee,
  night,
  openEpoch,
  openSale,
  order,
  promisesOf,
  recordAll,
  secret,
  ticket,
  totalsOf,
  unitsOf,
} from './ledger-world.ts';

const byTest = { actor: 'test', newSecret: secret };
const ghostSale = saleId('ghost');

/** Sales, products and stock (ports/ledger-sales.ts; design.md section 6, stock changes). */
export function ledgerSalesSuite(make: MakeLedger): void {
  const promise = promisesOf(make);

  describe('sales', () => {
    promise('a new sale is scheduled and confirms on record, where nobody said otherwise', async (ledger) => {
      const saved = await ledger.saveSale({ saleId: night, products: [{ productId: ticket }] }, byTest);

      expect(saved).toMatchObject({
        kind: 'saved',
        created: true,
        config: { saleId: night, state: 'scheduled', opensAt: null, closesAt: null, confirmation: 'on_record' },
      });
      expect(saved.kind === 'saved' && saved.config.products).toMatchObject([
        { productId: ticket, limitPerUser: null },
      ]);
      expect(await unitsOf(ledger)).toBe('0 held, 0 sold of 0');
    });

    promise('a sale is kept as it was saved', async (ledger) => {
      const wish = {
        saleId: night,
        state: 'paused',
        opensAt: instant(1_800_000_000_001),
        closesAt: instant(1_900_000_000_002),
        confirmation: 'explicit',
        holdSeconds: 77,
        admissionRate: 5,
        products: [
          { productId: productId('plätze 🎟'), limitPerUser: 2, priceMinor: 9_007_199_254_740_993n, currency: 'JPY' },
          { productId: ticket, limitPerUser: null, priceMinor: 0n, currency: 'EUR' },
        ],
      } as const;

      const saved = await ledger.saveSale(wish, byTest);

      const view = await ledger.sale(night);
      expect(view?.config).toMatchObject(wish);
      expect(saved).toMatchObject({ kind: 'saved', config: view?.config });
      expect(view).toMatchObject({ orderIdSecret: secret, epoch: null });
    });

    promise('fields that a change leaves out keep their values, and null takes a value away', async (ledger) => {
      const opensAt = instant(1_800_000_000_000);
      await openSale(ledger, { opensAt, admissionRate: 7, holdSeconds: 60, limitPerUser: 3 });

      await ledger.saveSale({ saleId: night, opensAt: null }, byTest);
      await ledger.saveSale({ saleId: night, products: [{ productId: ticket, priceMinor: 5n }] }, byTest);

      expect((await ledger.sale(night))?.config).toMatchObject({
        state: 'open',
        opensAt: null,
        admissionRate: 7,
        holdSeconds: 60,
        products: [{ productId: ticket, limitPerUser: 3, priceMinor: 5n }],
      });
      expect(await unitsOf(ledger)).toBe('0 held, 0 sold of 10');
    });

    promise('each change raises the version by one; the secret stays the first one', async (ledger) => {
      const first = await openSale(ledger);

      const saved = await ledger.saveSale(
        { saleId: night, state: 'paused' },
        { actor: 'test', newSecret: 'cd'.repeat(32) },
      );

      expect(saved).toMatchObject({ kind: 'saved', created: false, config: { version: first.version + 1 } });
      expect(await ledger.configVersion(night)).toBe(first.version + 1);
      expect((await ledger.sale(night))?.orderIdSecret).toBe(secret);
    });

    promise('changes at once are all kept, each with a version of its own', async (ledger) => {
      await openSale(ledger);

      const results = await Promise.all(
        Array.from({ length: 5 }, (_, n) =>
          ledger.saveSale({ saleId: night, products: [{ productId: productId(`p${n}`) }] }, byTest),
        ),
      );

      const versions = results.map((result) => (result.kind === 'saved' ? result.config.version : 0));
      expect(new Set(versions).size).toBe(5);
      expect((await ledger.sale(night))?.config.products).toHaveLength(6);
    });

    promise('a sale that must be new or must exist is refused where it is not so', async (ledger) => {
      expect(await ledger.saveSale({ saleId: night }, { ...byTest, only: 'existing' })).toEqual({
        kind: 'unknown_sale',
      });
      expect(await ledger.saveSale({ saleId: night }, { ...byTest, only: 'new' })).toMatchObject({ created: true });
      expect(await ledger.saveSale({ saleId: night, state: 'open' }, { ...byTest, only: 'new' })).toEqual({
        kind: 'exists',
      });
      expect(await ledger.saveSale({ saleId: night }, { ...byTest, only: 'existing' })).toMatchObject({
        created: false,
      });

      expect((await ledger.sale(night))?.config.state).toBe('scheduled');
    });

    promise('a closed sale cannot be opened again', async (ledger) => {
      await openSale(ledger);
      await ledger.saveSale({ saleId: night, state: 'closed' }, byTest);

      const result = await ledger.saveSale({ saleId: night, state: 'open' }, byTest);

      expect(result).toMatchObject({ kind: 'refused', why: expect.stringMatching(/\.$/) });
      expect((await ledger.sale(night))?.config.state).toBe('closed');
    });

    promise('the confirmation may change before the first order and not after it', async (ledger) => {
      await openSale(ledger);
      expect((await ledger.saveSale({ saleId: night, confirmation: 'explicit' }, byTest)).kind).toBe('saved');
      expect((await ledger.saveSale({ saleId: night, confirmation: 'on_record' }, byTest)).kind).toBe('saved');
      await recordAll(ledger, [order(1).record]);

      expect((await ledger.saveSale({ saleId: night, confirmation: 'explicit' }, byTest)).kind).toBe('refused');

      expect((await ledger.sale(night))?.config.confirmation).toBe('on_record');
    });

    promise('all sales are known, and one that is not there is not', async (ledger) => {
      await openSale(ledger);
      await openSale(ledger, { id: matinee });

      expect((await ledger.sales()).map((view) => view.config.saleId).sort()).toEqual([matinee, night]);
      expect(await ledger.sale(ghostSale)).toBeNull();
      expect(await ledger.configVersion(ghostSale)).toBeNull();
      expect(await ledger.totals(ghostSale)).toEqual([]);
    });

    promise('the totals of all sales are read at once, each as it is read alone', async (ledger) => {
      await openSale(ledger);
      await openSale(ledger, { id: matinee });

      const all = await ledger.totals(null);

      for (const id of [night, matinee]) {
        expect(all.filter(({ saleId }) => saleId === id)).toEqual(await ledger.totals(id));
      }
      expect(new Set(all.map(({ saleId }) => saleId))).toEqual(new Set([night, matinee]));
    });
  });

  describe('stock', () => {
    async function lowered(ledger: Ledger, total: number): Promise<PendingStockChange> {
      const { totalVersion } = await totalsOf(ledger);
      const result = await ledger.setTotal(night, ticket, total, totalVersion, 'test');
      if (result.kind !== 'lowering') throw new Error(`The ledger answered ${result.kind}`);
      return result.change;
    }

    promise('a higher total is in the ledger at once, with a newer version', async (ledger) => {
      await openSale(ledger);
      const before = await totalsOf(ledger);

      const result = await ledger.setTotal(night, ticket, 15, before.totalVersion, 'test');

      const totals = { ...before, total: 15, totalVersion: before.totalVersion + 1 };
      expect(result).toEqual({ kind: 'raised', totals });
      expect(await totalsOf(ledger)).toEqual(totals);
    });

    promise('the same total changes nothing', async (ledger) => {
      await openSale(ledger);
      const totals = await totalsOf(ledger);

      expect(await ledger.setTotal(night, ticket, 10, totals.totalVersion, 'test')).toEqual({
        kind: 'unchanged',
        totals,
      });
      expect(await totalsOf(ledger)).toEqual(totals);
    });

    promise('whoever read an older version is told so, and of many at once one wins', async (ledger) => {
      await openSale(ledger);
      const { totalVersion } = await totalsOf(ledger);

      const results = await Promise.all(
        Array.from({ length: 5 }, (_, n) => ledger.setTotal(night, ticket, 20 + n, totalVersion, 'test')),
      );

      expect(results.filter(({ kind }) => kind === 'raised')).toHaveLength(1);
      expect(results.filter(({ kind }) => kind === 'conflict')).toHaveLength(4);
      expect((await totalsOf(ledger)).totalVersion).toBe(totalVersion + 1);
    });

    promise('orders do not disturb the version of the total', async (ledger) => {
      await openSale(ledger);
      const { totalVersion } = await totalsOf(ledger);
      await recordAll(ledger, [order(1).record]);

      expect((await ledger.setTotal(night, ticket, 11, totalVersion, 'test')).kind).toBe('raised');
    });

    promise('a lower total waits for the gate, and nothing else changes the product meanwhile', async (ledger) => {
      await openSale(ledger);
      const before = await totalsOf(ledger);

      const change = await lowered(ledger, 4);

      expect(change).toEqual({ saleId: night, productId: ticket, total: 4, totalVersion: before.totalVersion + 1 });
      expect(await ledger.pendingStockChanges()).toEqual([change]);
      expect(await totalsOf(ledger)).toEqual(before);
      expect(await ledger.setTotal(night, ticket, 50, before.totalVersion, 'test')).toEqual({ kind: 'conflict' });
    });

    promise('a lower total that the gate applied is in the ledger then, once', async (ledger) => {
      await openSale(ledger);
      const { epoch } = await openEpoch(ledger, await leaseOf(ledger));
      const change = await lowered(ledger, 4);

      expect(await ledger.finishStockChange(change, 'applied', epoch)).toBe(true);
      await ledger.finishStockChange(change, 'applied', epoch);

      expect(await totalsOf(ledger)).toMatchObject({ total: 4, totalVersion: change.totalVersion });
      expect(await ledger.pendingStockChanges()).toEqual([]);
      expect((await ledger.setTotal(night, ticket, 9, change.totalVersion, 'test')).kind).toBe('raised');
      await ledger.finishStockChange(change, 'applied', epoch);
      expect(await unitsOf(ledger)).toBe('0 held, 0 sold of 9');
    });

    promise('a lower total that the gate refused is dropped', async (ledger) => {
      await openSale(ledger);
      const { epoch } = await openEpoch(ledger, await leaseOf(ledger));
      const before = await totalsOf(ledger);
      const change = await lowered(ledger, 4);

      await ledger.finishStockChange(change, 'refused', epoch);

      const after = await totalsOf(ledger);
      expect(after.total).toBe(before.total);
      // Newer than the lowering, in case some gate took that after all.
      expect(after.totalVersion).toBeGreaterThan(change.totalVersion);
      expect(await ledger.pendingStockChanges()).toEqual([]);
      expect(await lowered(ledger, 5)).toMatchObject({ total: 5 });
    });

    promise('a lower total stays pending where the gate answered in an epoch that is over', async (ledger) => {
      await openSale(ledger);
      const lease = await leaseOf(ledger);
      const over = await openEpoch(ledger, lease);
      const change = await lowered(ledger, 4);
      const newest = await openEpoch(ledger, lease);

      expect(await ledger.finishStockChange(change, 'applied', over.epoch)).toBe(false);

      expect(await ledger.pendingStockChanges()).toEqual([change]);
      expect(await ledger.finishStockChange(change, 'applied', newest.epoch)).toBe(true);
      expect((await totalsOf(ledger)).total).toBe(4);
    });

    promise('a total below what is held and sold is refused', async (ledger) => {
      await openSale(ledger);
      await recordAll(ledger, [order(1).of(6, 'ticket').record]);
      const totals = await totalsOf(ledger);

      expect(await ledger.setTotal(night, ticket, 5, totals.totalVersion, 'test')).toEqual({ kind: 'refused', totals });
      expect((await ledger.setTotal(night, ticket, 6, totals.totalVersion, 'test')).kind).toBe('lowering');
    });

    promise('a product that is not there is named as such', async (ledger) => {
      await openSale(ledger);

      expect(await ledger.setTotal(night, productId('ghost'), 5, 0, 'test')).toEqual({ kind: 'unknown_product' });
      expect(await ledger.setTotal(matinee, ticket, 5, 0, 'test')).toEqual({ kind: 'unknown_product' });
    });
  });
}
