import { describe, expect } from 'vitest';
import { gateLimits, type SnapshotChunk } from '../../src/engine/ports/gate.ts';
import type { Ledger } from '../../src/engine/ports/ledger.ts';
import { aRecord } from '../builders/a-record.ts';
import { epoch, orderId, passId, productId, requestHash, userId } from '../builders/ids.ts';
import {
  leaseOf,
  type MakeLedger,
  matinee,
  night,
  openSale,
  order,
  promisesOf,
  recordAll,
  ticket,
} from './ledger-world.ts';

/** What a rebuild reads (ports/ledger-fleet.ts, snapshot; design.md section 6, step 5). */
export function ledgerSnapshotSuite(make: MakeLedger): void {
  const promise = promisesOf(make);

  async function chunksOf(ledger: Ledger): Promise<readonly SnapshotChunk[]> {
    const chunks: SnapshotChunk[] = [];
    for await (const chunk of ledger.snapshot(night)) chunks.push(chunk);
    return chunks;
  }
  function rowsOf(chunks: readonly SnapshotChunk[]) {
    return {
      orders: chunks.flatMap((chunk) => (chunk.kind === 'orders' ? chunk.orders : [])),
      buyers: chunks.flatMap((chunk) => (chunk.kind === 'buyers' ? chunk.buyers : [])),
      passes: chunks.flatMap((chunk) => (chunk.kind === 'passes' ? chunk.passes : [])),
    };
  }

  describe('the snapshot', () => {
    promise('begins with configuration and stock, and has only that for a sale without orders', async (ledger) => {
      const config = await openSale(ledger, { stock: { ticket: 10 } });

      const chunks = await chunksOf(ledger);

      const [{ totalVersion } = { totalVersion: -1 }] = await ledger.totals(night);
      const stock = [{ productId: ticket, total: 10, totalVersion, free: 10 }];
      expect(chunks[0]).toEqual({ kind: 'head', config, stock, room: null });
      expect(rowsOf(chunks)).toEqual({ orders: [], buyers: [], passes: [] });
    });

    promise('has every order with its hash, ended ones as ended, and units by buyer without those', async (ledger) => {
      await openSale(ledger, { stock: { seat: 10, ticket: 10 } });
      await openSale(ledger, { id: matinee });
      await recordAll(ledger, [
        order(1).of(2, 'ticket').by('ann').record,
        order(2).of(1, 'ticket').of(1, 'seat').by('ann').record,
        order(3)
          .of(1, 'ticket')
          .by('bob')
          .with({ passId: passId('spent-1') }).record,
        aRecord(9).with({ saleId: matinee }).record,
      ]);
      await recordAll(
        ledger,
        [
          order(4)
            .by('ann')
            .with({ passId: passId('spent-2') }).record,
        ],
        { partition: 1 },
      );
      await ledger.transition(orderId(4), 'cancelled', 'buyer');
      await ledger.revoke(order(5).of(7, 'ticket').by('eve').record, 'test', { release: false });

      const chunks = await chunksOf(ledger);

      const [head] = chunks;
      expect(head).toMatchObject({ kind: 'head' });
      expect(head?.kind === 'head' ? head.stock.map(({ free }) => free).sort() : []).toEqual([6, 9]);
      const { orders, buyers, passes } = rowsOf(chunks);
      const known = (n: number, ended: boolean) => ({ orderId: orderId(n), requestHash: requestHash(n), ended });
      expect(orders).toHaveLength(5);
      expect(orders).toEqual(
        expect.arrayContaining([known(1, false), known(2, false), known(3, false), known(4, true), known(5, true)]),
      );
      expect(buyers).toHaveLength(3);
      expect(buyers).toEqual(
        expect.arrayContaining([
          { userId: userId('ann'), productId: ticket, units: 3 },
          { userId: userId('ann'), productId: productId('seat'), units: 1 },
          { userId: userId('bob'), productId: ticket, units: 1 },
        ]),
      );
      expect(passes).toHaveLength(2);
      expect(passes).toEqual(
        expect.arrayContaining([
          { passId: passId('spent-1'), orderId: orderId(3) },
          { passId: passId('spent-2'), orderId: orderId(4) },
        ]),
      );
    });

    promise('says where the waiting room stood at its last checkpoint', async (ledger) => {
      await openSale(ledger);
      const lease = await leaseOf(ledger);
      const at = (counter: number) => ({ epoch: epoch(2), counter });
      await ledger.checkpointRoom(night, { admittedUpTo: at(5), lastPlace: at(6) }, lease);

      await ledger.checkpointRoom(night, { admittedUpTo: at(7), lastPlace: at(12) }, lease);

      const [head] = await chunksOf(ledger);
      expect(head?.kind === 'head' && head.room).toEqual({ admittedUpTo: at(7), lastPlace: at(12) });
    });

    promise('comes in bounded chunks, and is of one moment however slowly it is read', async (ledger) => {
      await openSale(ledger, { stock: { ticket: 10_000 } });
      const first = Array.from({ length: 2_500 }, (_, n) => order(n + 1).record);
      for (const part of [first.slice(0, 1_250), first.slice(1_250)]) await recordAll(ledger, part);
      const chunks: SnapshotChunk[] = [];

      let next = 5_000;
      for await (const chunk of ledger.snapshot(night)) {
        chunks.push(chunk);
        await recordAll(ledger, [order(++next).record]);
        await ledger.transition(orderId(chunks.length), 'cancelled', 'buyer');
      }

      const [head] = chunks;
      expect(head?.kind === 'head' && head.stock).toMatchObject([{ total: 10_000, free: 7_500 }]);
      const { orders, buyers } = rowsOf(chunks);
      expect(new Set(orders.map((row) => row.orderId)).size).toBe(2_500);
      expect(orders).toHaveLength(2_500);
      expect(orders.some(({ ended }) => ended)).toBe(false);
      expect(buyers.reduce((sum, { units }) => sum + units, 0)).toBe(2_500);
      const sizes = chunks.map((chunk) =>
        chunk.kind === 'orders' ? chunk.orders.length : chunk.kind === 'buyers' ? chunk.buyers.length : 0,
      );
      expect(Math.max(...sizes)).toBeLessThanOrEqual(gateLimits.chunk);
    });
  });
}
