import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import type { OrderId, ProductId } from '../../../../src/engine/domain/ids.ts';
import { toInstant } from '../../../../src/engine/domain/time.ts';
import { verifyReportSchema } from '../../../../src/toolkit/verify/report-schema.ts';
import { healthyBooks, invariantOf, kindsOf } from '../../../support/healthy-books.ts';
import {
  answer,
  append,
  idOf,
  ledgerBook,
  mark,
  recordOf,
  saleId,
  sell,
  verifyBooks,
} from '../../../support/sale-books.ts';

describe('a healthy sale', () => {
  it('holds, with counts of what was looked at', async () => {
    const report = await verifyBooks(healthyBooks());

    expect(report).toMatchObject({ verdict: 'holds', exitCode: 0, reasons: [] });
    expect(kindsOf(report)).toEqual([]);
    expect(report.classes).toEqual({
      ok: 12,
      lost: 0,
      unexpected: 0,
      duplicated: 0,
      recovered: 0,
      revoked: 0,
      late: 0,
      stranded: 0,
      pending: 0,
    });
    expect(report.books.history).toMatchObject({ requests: 14, answers200: 13, ordersHeard: 12 });
    expect(invariantOf(report, 'no-duplicate').counted).toContainEqual({ what: 'order ids recomputed', n: 25 });
  });

  it('is told in the published form', async () => {
    const report = await verifyBooks(healthyBooks());

    expect([...Value.Errors(verifyReportSchema, report)]).toEqual([]);
  });

  it('holds where ended orders hold no units any more', async () => {
    const books = healthyBooks();
    sell(books, 'ann', 'gone', 3, { state: 'cancelled' });
    sell(books, 'bob', 'over', 3, { state: 'expired' });

    const report = await verifyBooks(books);

    expect(report.verdict).toBe('holds');
  });

  it('does not mind records that the relay appended twice', async () => {
    const books = healthyBooks();
    append(books, recordOf('user-3', 'key-3'));

    const report = await verifyBooks(books);

    expect(report.verdict).toBe('holds');
    expect(report.books.orderLog.repeats).toBe(1);
  });

  it('counts a record behind a newer marker as late, and misses no order for it', async () => {
    const books = healthyBooks();
    mark(books, 2);
    append(books, recordOf('ann', 'late', 1, 1));

    const report = await verifyBooks(books);

    expect(report.verdict).toBe('holds');
    expect(report.classes.late).toBe(1);
  });

  it('calls an order recovered whose buyer never heard an answer', async () => {
    const books = healthyBooks();
    sell(books, 'ann', 'cut', 1, { heard: 'connection_error' });
    books.history.push(answer('bob', 'never', 'timeout'));

    const report = await verifyBooks(books);

    expect(report.verdict).toBe('holds');
    expect(report.classes).toMatchObject({ recovered: 1, ok: 12 });
    expect(report.books.history.unknownKeys).toBe(2);
  });

  it('does not call a key unknown that heard its answer on a retry', async () => {
    const books = healthyBooks();
    books.history.unshift(answer('user-2', 'key-2', 'unknown'));

    const report = await verifyBooks(books);

    expect(report.books.history).toMatchObject({ unknownKeys: 0, recovered: 0 });
  });

  it('finds the sale of a request that named none by its product', async () => {
    const books = healthyBooks();
    for (const [n, { saleId: _, ...entry }] of books.history.entries()) books.history[n] = entry;

    const report = await verifyBooks(books);

    expect(report.verdict).toBe('holds');
    expect(invariantOf(report, 'no-duplicate').counted).toContainEqual({ what: 'order ids recomputed', n: 25 });
  });
});

describe('a sale that is made while it is verified', () => {
  const poster = 'poster' as ProductId;

  it('is no finding for being at the gate: the ledger had it first', async () => {
    const books = healthyBooks();
    const [before] = books.sales;
    if (!before) throw new Error('there is a sale');
    const product = { productId: poster, limitPerUser: 1, priceMinor: 1n, currency: 'EUR' };
    const after = { ...before, config: { ...before.config, products: [...before.config.products, product] } };
    const answers = [[before], [after]];
    books.gate.push({ productId: poster, total: 5, free: 5 });

    const ledger = { ...ledgerBook(books), sales: async () => answers.shift() ?? [after] };
    const report = await verifyBooks(books, { instead: { ledger } });

    expect(kindsOf(report)).toEqual([]);
  });

  it('is no finding for not being at the gate yet', async () => {
    const books = healthyBooks();
    books.counters.push({ productId: poster, total: 5, held: 0, sold: 0 });

    expect(kindsOf(await verifyBooks(books))).toEqual([]);
  });
});

describe('without a server', () => {
  it('says that the gate is absent and checks what can be', async () => {
    const report = await verifyBooks(healthyBooks(), { without: ['gate'] });

    expect(report.verdict).toBe('holds');
    expect(report.books.gate).toMatchObject({ state: 'absent', source: null, sales: [] });
    expect(report.summary).toContain('absent: gate');
    expect(invariantOf(report, 'conservation').notes.join()).toContain('gate: absent');
    expect(invariantOf(report, 'conservation').counted).toContainEqual({ what: 'products at the gate', n: 0 });
  });

  it('still finds counters that differ from the lines', async () => {
    const books = healthyBooks();
    for (const counter of books.counters) counter.sold += 1;

    const report = await verifyBooks(books, { without: ['gate', 'history'] });

    expect(kindsOf(report)).toEqual(['conservation/counters_differ_from_lines']);
  });

  it('does not blame a sale that nobody runs for overdue holds, and counts them', async () => {
    const books = healthyBooks();
    sell(books, 'eve', 'held', 1, { state: 'accepted' });
    for (const order of books.orders.slice(-1)) order.expiresAt = toInstant(1);

    const report = await verifyBooks(books, { without: ['gate'] });

    expect(report.verdict).toBe('holds');
    expect(report.books.ledger.overdueHolds).toBe(1);
  });
});

describe('one sale of several', () => {
  it('passes over the requests of the others', async () => {
    const books = healthyBooks();
    books.history.push({ ...answer('eve', 'other', 'accepted'), saleId: 'other' });

    const report = await verifyBooks(books, { options: { saleId } });

    expect(report.verdict).toBe('holds');
    expect(report.books.history.passedOver).toBe(1);
  });

  it('misses an order heard of in a sale that the ledger does not have', async () => {
    const books = healthyBooks();
    const orderId: OrderId = idOf('eve', 'other');
    books.history.push({ ...answer('eve', 'other', 'accepted'), saleId: 'other' });

    const report = await verifyBooks(books);

    expect(report.invariants.flatMap((one) => one.findings.flatMap((found) => found.ids))).toContain(orderId);
  });
});
