import { describe, expect, it } from 'vitest';
import { healthyBooks, invariantOf } from '../../../support/healthy-books.ts';
import { answer, idOf, verifyBooks } from '../../../support/sale-books.ts';

describe('a history that is not of this ledger', () => {
  it('is told to be of sales that the ledger does not have', async () => {
    const books = healthyBooks();
    books.history.push({ ...answer('eve', 'k', 'accepted'), saleId: 'matinee' });

    const report = await verifyBooks(books);

    expect(report.verdict).toBe('violated');
    expect(invariantOf(report, 'no-lost-order').notes.join()).toContain('the ledger does not have: matinee');
  });

  it('is doubted where not one answer names an order that the ledger could have made', async () => {
    const books = healthyBooks();
    for (const [n, entry] of books.history.entries()) {
      if (entry.orderId !== undefined) books.history[n] = { ...entry, orderId: idOf('another', `ledger-${n}`) };
    }

    const report = await verifyBooks(books);

    expect(report.exitCode).toBe(20);
    expect(invariantOf(report, 'no-lost-order').notes.join()).toContain('is it of another sale or data folder?');
  });

  it('is not doubted for one wrong answer', async () => {
    const books = healthyBooks();
    books.history.push(answer('eve', 'k', 'accepted', 1, idOf('someone', 'else')));

    const report = await verifyBooks(books);

    expect(invariantOf(report, 'no-lost-order').notes.join()).not.toContain('another sale');
  });
});

describe('damaged answers', () => {
  it('with a key that was accepted twice, as two orders, are found with both ids', async () => {
    const books = healthyBooks();
    const second = idOf('user-1', 'by mistake');
    books.history.push(answer('user-1', 'key-1', 'accepted', 1, second));

    const report = await verifyBooks(books);

    const [found] = invariantOf(report, 'no-duplicate').findings;
    expect(found).toMatchObject({ kind: 'other_order_heard', ids: [second, idOf('user-1', 'key-1')] });
  });

  it('with a clock that went backwards say the same of their orders', async () => {
    const books = healthyBooks();
    for (const [n, entry] of books.history.entries()) books.history[n] = { ...entry, sentMs: 500 - n, doneMs: 100 - n };

    expect((await verifyBooks(books)).verdict).toBe('holds');
  });

  it('with an order id that is none are found', async () => {
    const books = healthyBooks();
    books.history.push(answer('eve', 'k', 'accepted', 1, 'not-an-id'));

    expect((await verifyBooks(books)).exitCode).toBe(20);
  });
});
