import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { SaleId } from '../../src/engine/domain/ids.ts';
import { orderStates, unitsIn } from '../../src/engine/domain/order.ts';
import type { Ledger } from '../../src/engine/ports/ledger.ts';
import { orderId, saleId } from '../builders/ids.ts';
import {
  batchOf,
  fromNow,
  leaseOf,
  longMs,
  type MakeLedger,
  openEpoch,
  openSale,
  order,
  promisesOf,
  totalsOf,
} from './ledger-world.ts';

type Step =
  | {
      readonly kind: 'record';
      readonly n: number;
      readonly quantity: number;
      readonly overdue: boolean;
      readonly partition: number;
    }
  | { readonly kind: 'move'; readonly n: number; readonly to: 'confirmed' | 'cancelled' | 'refunded' }
  | { readonly kind: 'expire'; readonly limit: number }
  | { readonly kind: 'total'; readonly total: number };

// Few orders and little stock, so that steps meet each other.
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('record' as const),
    n: fc.integer({ min: 1, max: 6 }),
    quantity: fc.integer({ min: 1, max: 3 }),
    overdue: fc.boolean(),
    partition: fc.integer({ min: 0, max: 1 }),
  }),
  fc.record({
    kind: fc.constant('move' as const),
    n: fc.integer({ min: 1, max: 6 }),
    to: fc.constantFrom('confirmed' as const, 'cancelled' as const, 'refunded' as const),
  }),
  fc.record({ kind: fc.constant('expire' as const), limit: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('total' as const), total: fc.integer({ min: 0, max: 9 }) }),
);

/** Laws that hold after any steps, taken one after the other or at once (design.md section 8). */
export function ledgerLawsSuite(make: MakeLedger): void {
  const promise = promisesOf(make);

  async function take(ledger: Ledger, sale: SaleId, step: Step): Promise<void> {
    if (step.kind === 'record') {
      const holdUntil = await fromNow(ledger, step.overdue ? -longMs : longMs);
      const { record } = order(idIn(sale, step.n)).of(step.quantity, 'ticket').with({ saleId: sale, holdUntil });
      await ledger.record(batchOf([record], { partition: step.partition }));
    } else if (step.kind === 'move') {
      await ledger.transition(orderId(idIn(sale, step.n)), step.to, 'test');
    } else if (step.kind === 'expire') {
      await ledger.expireOverdue(step.limit, await leaseOf(ledger));
    } else {
      const { productId, totalVersion } = await totalsOf(ledger, 'ticket', sale);
      const result = await ledger.setTotal(sale, productId, step.total, totalVersion, 'test');
      // A gate without free units refuses every lowering; one that has none to spare here does.
      const epoch = (await ledger.sale(sale))?.epoch?.epoch;
      if (result.kind === 'lowering' && epoch) await ledger.finishStockChange(result.change, 'refused', epoch);
    }
  }

  async function expectConserved(ledger: Ledger, sale: SaleId): Promise<void> {
    const audit = (await ledger.auditProducts()).find(({ saleId }) => saleId === sale);
    if (audit === undefined) throw new Error('The product is gone');
    expect([audit.held, audit.sold]).toEqual([audit.heldByLines, audit.soldByLines]);
    expect(audit.held).toBeGreaterThanOrEqual(0);
    expect(audit.sold).toBeGreaterThanOrEqual(0);
    expect(audit.held + audit.sold).toBeLessThanOrEqual(audit.total);
    const counts = (await ledger.auditCounts()).find(({ saleId }) => saleId === sale);
    let orders = 0;
    for await (const page of ledger.scan(sale, 100)) orders += page.length;
    expect(orderStates.reduce((sum, state) => sum + (counts?.byState[state] ?? 0), 0)).toBe(orders);
    // Every order that gave units back is owed to the gate, once, and no other is.
    const owed = (await ledger.pendingReleases(sale, 100)).map((release) => release.orderId).sort();
    const ended: string[] = [];
    for await (const page of ledger.scan(sale, 100)) {
      for (const row of page) if (unitsIn(row.state) === 'none') ended.push(row.orderId);
    }
    expect(owed).toEqual(ended.sort());
  }

  /** Runs `taken` in a sale of its own: a ledger of its own for each run would take minutes on a real database. */
  async function conserves(
    ledger: Ledger,
    run: (sale: SaleId, taken: readonly Step[]) => Promise<void>,
  ): Promise<void> {
    let sales = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 12 }), async (taken) => {
        sales += 1;
        const sale = saleId(`${sales}`);
        await openSale(ledger, { id: sale, confirmation: 'explicit', stock: { ticket: 6 } });
        await openEpoch(ledger, await leaseOf(ledger), sale);
        await run(sale, taken);
        await expectConserved(ledger, sale);
      }),
      { numRuns: 20 },
    );
  }

  describe('laws', () => {
    promise('units are conserved after any steps', (ledger) =>
      conserves(ledger, async (sale, taken) => {
        for (const step of taken) await take(ledger, sale, step);
      }),
    );

    promise('units are conserved after any steps that were taken at once', (ledger) =>
      conserves(ledger, async (sale, taken) => {
        await Promise.all(taken.map((step) => take(ledger, sale, step)));
      }),
    );
  });
}

/** Orders of different runs are different orders. */
function idIn(sale: SaleId, n: number): number {
  return Number(sale) * 100 + n;
}
