import { describe, expect, it } from 'vitest';
import { FluxError } from '../../../../src/engine/domain/flux-error.ts';
import { toInstant } from '../../../../src/engine/domain/time.ts';
import { healthyBooks, invariantOf, kindsOf } from '../../../support/healthy-books.ts';
import {
  answer,
  append,
  type Books,
  emptyBooks,
  gateBook,
  ledgerBook,
  logBook,
  recordOf,
  saleId,
  sell,
  ticket,
  verifyBooks,
} from '../../../support/sale-books.ts';

describe('what cannot be said is inconclusive', () => {
  it('where there is no sale', async () => {
    const books = emptyBooks(0);
    books.sales.pop();
    books.counters.pop();
    books.gate.pop();

    const report = await verifyBooks(books, { without: ['history'] });

    expect(report).toMatchObject({ verdict: 'inconclusive', exitCode: 23, reasons: ['the ledger has no sale'] });
  });

  it('where the sale that was asked for is not there', async () => {
    const report = await verifyBooks(healthyBooks(), { options: { saleId: 'other' as never } });

    expect(report).toMatchObject({ exitCode: 23, reasons: ['the ledger has no sale other'] });
  });

  it('where there is no order and no history', async () => {
    const report = await verifyBooks(emptyBooks(10), { without: ['history'] });

    expect(report.exitCode).toBe(23);
  });

  it('where the history that was given is empty', async () => {
    const books = healthyBooks();
    books.history.length = 0;

    const report = await verifyBooks(books);

    expect(report.exitCode).toBe(23);
  });

  it('where the log does not drain: what is on its way is not lost', async () => {
    const books = healthyBooks();
    append(books, recordOf('ann', 'on-its-way'));
    books.history.push(answer('ann', 'on-its-way', 'accepted'));
    books.committed.fill(0);

    const report = await verifyBooks(books);

    expect(report.exitCode).toBe(23);
    expect(kindsOf(report)).toEqual([]);
    expect(report.classes).toMatchObject({ pending: 1, lost: 0 });
    expect(invariantOf(report, 'no-lost-order').verdict).toBe('inconclusive');
    expect(invariantOf(report, 'conservation').verdict).toBe('inconclusive');
    expect(report.waitedMs).toBe(1_000);
  });

  it.each([
    ['the outbox does not drain', (books: Books) => Object.assign(books, { outbox: 1 }), 'outbox'],
    ['the gate is rebuilding', (books: Books) => Object.assign(books, { rebuilding: true }), 'rebuilding'],
    [
      'a change of stock is not finished',
      (books: Books) => books.stockChanges.push({ saleId, productId: ticket, total: 1, totalVersion: 2 }),
      'total of ticket',
    ],
  ] as const)('where %s', async (_, unsettle, reason) => {
    const books = healthyBooks();
    unsettle(books);

    const report = await verifyBooks(books);

    expect(report.exitCode).toBe(23);
    expect(report.reasons.join()).toContain(reason);
    expect(invariantOf(report, 'conservation').verdict).toBe('inconclusive');
  });

  it('where gate and log go on changing', async () => {
    const books = healthyBooks();
    const gate = gateBook(books);
    const busy = {
      source: 'busy',
      read: async () => {
        for (const product of books.gate) product.free -= 1;
        return gate.read();
      },
    };

    const report = await verifyBooks(books, { instead: { gateBook: busy } });

    expect(report.exitCode).toBe(23);
    expect(kindsOf(report)).toEqual([]);
  });

  it('where the log grew while it was read: what was heard last may be on its way', async () => {
    const books = healthyBooks();
    const log = logBook(books);
    const growing = {
      ...log,
      // after the scan a buyer is served: the record is in the log, the ledger has not got to it
      async *scan() {
        yield* log.scan();
        append(books, recordOf('ann', 'just-now'));
        books.history.push(answer('ann', 'just-now', 'accepted'));
      },
    };

    const report = await verifyBooks(books, {
      without: ['gate'],
      instead: { orderLog: growing },
      options: { waitMs: 0 },
    });

    expect(report.exitCode).toBe(23);
    expect(report.classes).toMatchObject({ lost: 0, pending: 1 });
  });

  it('still waits for the outbox to drain, then compares', async () => {
    const books = healthyBooks();
    books.outbox = 1;
    const gate = gateBook(books);
    let reads = 0;
    const draining = {
      source: 'draining',
      read: () => {
        reads += 1;
        if (reads === 3) books.outbox = 0;
        return gate.read();
      },
    };

    const report = await verifyBooks(books, { without: ['history'], instead: { gateBook: draining } });

    expect(report.verdict).toBe('holds');
    expect(report.waitedMs).toBeGreaterThan(0);
  });

  it('still waits for a hold to end that a lag kept from the ledger until it was over', async () => {
    const books = healthyBooks();
    sell(books, 'eve', 'held', 1, { state: 'accepted' });
    const held = books.orders.at(-1);
    if (held) held.expiresAt = toInstant(1);
    const gate = gateBook(books);
    let reads = 0;
    const ending = {
      source: 'ending',
      read: () => {
        reads += 1;
        if (reads === 3) {
          if (held) held.state = 'expired';
          for (const counter of books.counters) counter.held -= 1;
          for (const product of books.gate) product.free += 1;
        }
        return gate.read();
      },
    };

    const report = await verifyBooks(books, { without: ['history'], instead: { gateBook: ending } });

    expect(report.verdict).toBe('holds');
    expect(report.waitedMs).toBeGreaterThan(0);
  });

  it('does not hold a gate against a ledger whose hold ended while it was read', async () => {
    const books = healthyBooks();
    sell(books, 'eve', 'held', 1, { state: 'accepted' });
    const ledger = ledgerBook(books);
    let pending = 0;
    const endingInBetween = {
      ...ledger,
      auditProducts: () => {
        for (const order of books.orders) if (order.state === 'accepted') expire(order);
        return ledger.auditProducts();
      },
      // The gate has given the units back by the third look.
      pendingReleases: async (...args: Parameters<typeof ledger.pendingReleases>) => {
        if (books.releases.length > 0) pending += 1;
        if (books.releases.length > 0 && pending === 3) {
          books.releases.length = 0;
          for (const product of books.gate) product.free += 1;
        }
        return ledger.pendingReleases(...args);
      },
    };
    const expire = (order: Books['orders'][number]) => {
      order.state = 'expired';
      for (const counter of books.counters) counter.held -= 1;
      books.releases.push({ ...order, saleId, lines: [], since: toInstant(1_800_000_000_000) } as never);
    };

    const report = await verifyBooks(books, { without: ['history'], instead: { ledger: endingInBetween } });

    expect(kindsOf(report)).toEqual([]);
    expect(report.reasons).toEqual([]);
    expect(report.verdict).toBe('holds');
  });

  it.each(['ledger_unreachable', 'order_log_unreachable', 'server_unreachable', 'history_unreadable'] as const)(
    'where a book cannot be read (%s)',
    async (code) => {
      const books = healthyBooks();
      const fails = async () => {
        throw new FluxError(code, 'it is away', { hint: 'fluxgate doctor' });
      };

      const verified = verifyBooks(books, {
        without: ['gate', 'history'],
        instead: { ledger: { ...ledgerBook(books), orderStates: fails } },
      });

      await expect(verified).rejects.toMatchObject({ code: 'inconclusive', hint: 'fluxgate doctor' });
    },
  );
});
