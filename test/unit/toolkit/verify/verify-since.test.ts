import { describe, expect, it } from 'vitest';
import { addMs } from '../../../../src/engine/domain/time.ts';
import { reportText } from '../../../../src/toolkit/verify/report-text.ts';
import { healthyBooks, invariantOf, kindsOf } from '../../../support/healthy-books.ts';
import { append, at, idOf, recordOf, sell, verifyBooks } from '../../../support/sale-books.ts';

const earlier = addMs(at, -600_000);
const since = addMs(at, -60_000);

/** Twelve orders of now, three of ten minutes ago. */
function oldAndNew() {
  const books = healthyBooks();
  for (const user of ['eve', 'fay', 'gil']) sell(books, user, 'old', 1, { acceptedAt: earlier });
  return books;
}

describe('only orders accepted since a moment', () => {
  it('are looked at one by one, and the report says so wherever a verdict stands', async () => {
    const report = await verifyBooks(oldAndNew(), { options: { since } });

    expect(report).toMatchObject({ verdict: 'holds', since: new Date(since).toISOString(), classes: { ok: 12 } });
    expect(report.summary).toMatch(/over 12 orders accepted since \S+; nothing is said of those before/);
    expect(report.books.orderLog).toMatchObject({ records: 12, earlier: 3 });
    expect(report.books.history).toMatchObject({ requests: 14, earlier: 3 });
    expect(invariantOf(report, 'no-lost-order').notes.join()).toContain(
      'not looked at: 3 records and 3 answers before it',
    );
  });

  it('are not held to what was lost before', async () => {
    const books = oldAndNew();
    append(books, { ...recordOf('hal', 'lost-long-ago'), acceptedAt: earlier });

    expect((await verifyBooks(books, { options: { since } })).verdict).toBe('holds');
    expect((await verifyBooks(books)).verdict).toBe('violated');
  });

  it('are found where they are lost', async () => {
    const books = oldAndNew();
    append(books, recordOf('hal', 'lost-just-now'));

    const report = await verifyBooks(books, { options: { since } });

    expect(kindsOf(report)).toEqual(['no-lost-order/logged_order_lost']);
  });

  it('are found where the log does not have them, and older ones are not', async () => {
    const books = oldAndNew();
    const made = idOf('hal', 'by hand');
    for (const acceptedAt of [at, earlier]) {
      const orderId = acceptedAt === at ? made : idOf('hal', 'by hand, long ago');
      books.orders.push({
        ...books.orders[0],
        orderId,
        userId: 'hal',
        key: `k${acceptedAt}`,
        state: 'cancelled',
        acceptedAt,
      } as never);
    }

    const report = await verifyBooks(books, { options: { since } });

    expect(kindsOf(report)).toEqual(['no-lost-order/order_unexpected']);
    expect(invariantOf(report, 'no-lost-order').findings[0]?.ids).toEqual([made]);
  });

  it('do not cut conservation: units of older orders are still counted, and still missed', async () => {
    const books = oldAndNew();
    for (const product of books.gate) product.free -= 3;

    const report = await verifyBooks(books, { options: { since } });

    expect(kindsOf(report)).toEqual(['conservation/units_stranded']);
    expect(invariantOf(report, 'conservation').notes).toContain('of the whole sale: counters know no time');
  });

  it('make it inconclusive where there is none', async () => {
    const report = await verifyBooks(oldAndNew(), { options: { since: addMs(at, 1) }, without: ['history'] });

    expect(report).toMatchObject({ verdict: 'inconclusive', exitCode: 23 });
    expect(report.summary).toContain('there is no order since');
  });

  it('are named in a text of 80 columns', async () => {
    const text = reportText(await verifyBooks(oldAndNew(), { options: { since } }));

    expect(text).toContain('(and 3 before --since, left out)');
    expect(
      text
        .split('\n')
        .slice(0, -1)
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });
});
