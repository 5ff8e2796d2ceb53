import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../../src/engine/domain/time.ts';
import { type VerifyReport, verifyReportSchema } from '../../../../src/toolkit/verify/report-schema.ts';
import { healthyBooks, invariantOf, kindsOf } from '../../../support/healthy-books.ts';
import {
  answer,
  append,
  type Books,
  caughtUp,
  idOf,
  mark,
  recordOf,
  saleId,
  sell,
  ticket,
  verifyBooks,
} from '../../../support/sale-books.ts';

describe('each planted defect is found and named', () => {
  const defects: readonly {
    readonly name: string;
    readonly spoil: (books: Books) => void;
    readonly finds: string;
    /** Ids that some finding has to carry. */
    readonly ids: (books: Books) => readonly string[];
    readonly classes?: Partial<VerifyReport['classes']>;
  }[] = [
    {
      name: 'more sold than there is, by the counters',
      spoil: (books) => {
        for (const counter of books.counters) counter.sold = 101;
      },
      finds: 'no-oversell/oversold_by_counters',
      ids: () => [ticket],
    },
    {
      name: 'more sold than there is, by the lines',
      spoil: (books) => {
        for (const order of books.orders.slice(0, 1)) order.quantity = 100;
      },
      finds: 'no-oversell/oversold_by_lines',
      ids: () => [ticket],
    },
    {
      name: 'a gate that gave out more than it had',
      spoil: (books) => {
        for (const product of books.gate) product.free = -1;
      },
      finds: 'no-oversell/gate_below_zero',
      ids: () => [ticket],
    },
    {
      name: 'a consumer that counted a batch twice',
      spoil: (books) => {
        for (const counter of books.counters) counter.sold += 2;
      },
      finds: 'conservation/counters_differ_from_lines',
      ids: () => [ticket],
      classes: { stranded: 2 },
    },
    {
      name: 'a hold without an order: an outbox entry was dropped',
      spoil: (books) => {
        for (const product of books.gate) product.free -= 3;
        books.history.push(answer('eve', 'dropped', 'unknown'));
      },
      finds: 'conservation/units_stranded',
      ids: () => [ticket, idOf('eve', 'dropped')],
      classes: { stranded: 3 },
    },
    {
      name: 'a release that the gate did twice',
      spoil: (books) => {
        for (const product of books.gate) product.free += 1;
      },
      finds: 'conservation/units_unaccounted',
      ids: () => [ticket],
    },
    {
      name: 'totals that differ',
      spoil: (books) => {
        for (const product of books.gate) {
          product.total += 5;
          product.free += 5;
        }
      },
      finds: 'conservation/totals_differ',
      ids: () => [ticket],
    },
    {
      name: 'a product that the gate does not know',
      spoil: (books) => void books.gate.pop(),
      finds: 'conservation/product_missing_at_gate',
      ids: () => [ticket],
    },
    {
      name: 'a product that only the gate knows',
      spoil: (books) => void books.gate.push({ productId: 'ghost' as never, total: 1, free: 1 }),
      finds: 'conservation/product_missing_in_ledger',
      ids: () => ['ghost'],
    },
    {
      name: 'an order that a buyer heard of, in no other book',
      spoil: (books) => void books.history.push(answer('eve', 'lost', 'accepted')),
      finds: 'no-lost-order/heard_order_lost',
      ids: () => [idOf('eve', 'lost')],
      classes: { lost: 1 },
    },
    {
      name: 'an order that a buyer heard of, whose only record is late',
      spoil: (books) => {
        mark(books, 2);
        append(books, recordOf('eve', 'late', 1, 1));
        books.history.push(answer('eve', 'late', 'accepted'));
      },
      finds: 'no-lost-order/heard_order_lost',
      ids: () => [idOf('eve', 'late')],
      classes: { lost: 1, late: 1 },
    },
    {
      name: 'a record that the consumer passed over',
      spoil: (books) => append(books, recordOf('eve', 'skipped')),
      finds: 'no-lost-order/logged_order_lost',
      ids: () => [idOf('eve', 'skipped')],
      classes: { lost: 1 },
    },
    {
      name: 'an order that nobody logged',
      spoil: (books) => {
        sell(books, 'eve', 'inserted', 1, { heard: null });
        const id = idOf('eve', 'inserted');
        for (const log of books.log) {
          const at = log.findIndex((entry) => entry.kind === 'order' && entry.record.orderId === id);
          if (at >= 0) log.splice(at, 1);
        }
        caughtUp(books);
      },
      finds: 'no-lost-order/order_unexpected',
      ids: () => [idOf('eve', 'inserted')],
      classes: { unexpected: 1 },
    },
    {
      name: 'a record that was taken out of the log',
      spoil: (books) => {
        for (const log of books.log.slice(0, 1)) log.splice(1, 1);
      },
      finds: 'no-lost-order/offsets_missing',
      ids: () => [],
    },
    {
      name: 'a log that lost its end',
      spoil: (books) => {
        for (const partition of books.recorded.keys()) books.recorded[partition] = 99;
      },
      finds: 'no-lost-order/log_behind_ledger',
      ids: () => [],
    },
    {
      name: 'a record that cannot be read',
      spoil: (books) => {
        const log = books.log[0] ?? [];
        const offset = BigInt(log.length);
        log.push({ kind: 'malformed', offset, orderId: null, bytes: new Uint8Array(), reason: 'no JSON' });
        caughtUp(books);
      },
      finds: 'no-lost-order/record_unreadable',
      ids: () => [],
    },
    {
      name: 'an order that was revoked',
      spoil: (books) => void sell(books, 'eve', 'revoked', 1, { state: 'revoked' }),
      finds: 'no-lost-order/too_many_revoked',
      ids: () => [idOf('eve', 'revoked')],
      classes: { revoked: 1, ok: 12 },
    },
    {
      name: 'two orders of one key',
      spoil: (books) => {
        sell(books, 'eve', 'one', 1);
        sell(books, 'eve', 'two', 1);
        for (const order of books.orders.slice(-1)) order.key = 'one' as never;
      },
      finds: 'no-duplicate/key_with_two_orders',
      ids: () => [idOf('eve', 'one'), idOf('eve', 'two')],
      classes: { duplicated: 1 },
    },
    {
      name: 'a key that heard of two orders',
      spoil: (books) => void books.history.push(answer('user-1', 'key-1', 'duplicate', 1, idOf('user-2', 'key-2'))),
      finds: 'no-duplicate/other_order_heard',
      ids: () => [idOf('user-1', 'key-1'), idOf('user-2', 'key-2')],
    },
    {
      name: 'an answer whose order id is none',
      spoil: (books) => void books.history.push(answer('user-1', 'key-1', 'duplicate', 1, "'; drop table orders")),
      finds: 'no-duplicate/other_order_heard',
      ids: () => [idOf('user-1', 'key-1')],
    },
    {
      name: 'a key that heard twice that its order is new',
      spoil: (books) => void books.history.push(answer('user-1', 'key-1', 'accepted')),
      finds: 'no-duplicate/accepted_twice',
      ids: () => [idOf('user-1', 'key-1')],
      classes: { duplicated: 1 },
    },
    {
      name: "a record under another key's id",
      spoil: (books) => append(books, { ...recordOf('user-1', 'key-1'), orderId: idOf('user-2', 'key-2') }),
      finds: 'no-duplicate/foreign_order_id',
      ids: () => [idOf('user-1', 'key-1'), idOf('user-2', 'key-2')],
    },
    {
      name: 'an order with two rows',
      spoil: (books) => {
        books.orders.push(...books.orders.slice(0, 1));
        for (const [counter, gate] of [[books.counters[0], books.gate[0]] as const]) {
          const again = books.orders[0]?.quantity ?? 0;
          if (counter) counter.sold += again;
          if (gate) gate.free -= again;
        }
      },
      finds: 'no-duplicate/row_twice',
      ids: () => [idOf('user-1', 'key-1')],
    },
    {
      name: 'a buyer with more than the limit',
      spoil: (books) => {
        sell(books, 'eve', 'a', 6);
        sell(books, 'eve', 'b', 6);
      },
      finds: 'limits/over_limit',
      ids: () => ['eve', ticket],
    },
    {
      name: 'a hold that outlived its deadline',
      spoil: (books) => {
        sell(books, 'eve', 'held', 1, { state: 'accepted' });
        for (const order of books.orders.slice(-1)) order.expiresAt = toInstant(1);
      },
      finds: 'liveness/hold_overdue',
      ids: () => [idOf('eve', 'held')],
    },
    {
      name: 'a release that nobody acknowledged',
      spoil: (books) =>
        void books.releases.push({
          orderId: idOf('user-1', 'key-1'),
          saleId,
          userId: 'user-1' as never,
          lines: [],
          since: toInstant(1),
        }),
      finds: 'liveness/release_stuck',
      ids: () => [idOf('user-1', 'key-1')],
    },
    {
      name: 'an outbox that does not drain',
      spoil: (books) => {
        books.outbox = 4;
        books.oldestUnsettledMs = 60_000;
      },
      finds: 'liveness/outbox_stuck',
      ids: () => [saleId],
    },
  ];

  it.each(defects)('finds $name', async ({ spoil, finds, ids, classes }) => {
    const books = healthyBooks();
    spoil(books);

    const report = await verifyBooks(books);

    const found = report.invariants.flatMap((one) => one.findings).filter((one) => finds.endsWith(`/${one.kind}`));
    expect(report).toMatchObject({ verdict: 'violated', exitCode: 20 });
    expect(kindsOf(report)).toContain(finds);
    expect(found.flatMap((one) => one.ids)).toEqual(expect.arrayContaining([...ids(books)]));
    expect(found.every((one) => one.text.length > 0 && one.look.length > 0)).toBe(true);
    expect(report.classes).toMatchObject(classes ?? {});
    expect(report.summary).toContain(finds.split('/')[0]);
    expect([...Value.Errors(verifyReportSchema, report)]).toEqual([]);
  });

  it('names the first 20 findings and counts all', async () => {
    const books = healthyBooks();
    for (let n = 0; n < 55; n += 1) books.history.push(answer(`eve-${n}`, 'lost', 'accepted'));

    const report = await verifyBooks(books);

    expect(invariantOf(report, 'no-lost-order').findings).toHaveLength(20);
    expect(invariantOf(report, 'no-lost-order').findingsTotal).toBe(55);
    expect(report.classes.lost).toBe(55);
  });

  it('lets as many revoked orders pass as the operator allows', async () => {
    const books = healthyBooks();
    sell(books, 'eve', 'revoked', 1, { state: 'revoked' });

    const report = await verifyBooks(books, { options: { maxRevoked: 1 } });

    expect(report.verdict).toBe('holds');
    expect(report.classes.revoked).toBe(1);
  });
});
