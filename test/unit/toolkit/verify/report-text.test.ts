import { describe, expect, it } from 'vitest';
import { reportText } from '../../../../src/toolkit/verify/report-text.ts';
import { healthyBooks } from '../../../support/healthy-books.ts';
import { answer, append, type Books, recordOf, verifyBooks } from '../../../support/sale-books.ts';

function spoiltBooks(): Books {
  const books = healthyBooks();
  for (const product of books.gate) product.free -= 3;
  append(books, recordOf('eve', 'skipped'));
  for (let n = 0; n < 30; n += 1) books.history.push(answer(`eve-${n}`, 'lost', 'accepted'));
  return books;
}

describe('the report for people', () => {
  it('says what each book says, what was looked at, and the verdict last', async () => {
    const text = reportText(await verifyBooks(healthyBooks()));

    expect(text).toContain('1 no-oversell');
    expect(text).toContain('1 product, 100 units, 12 orders');
    expect(text).toContain('14 requests, 13 answers 200 for 12 orders');
    expect(text).toContain('12 orders (12 confirmed)');
    expect(text.split('\n').at(-1)).toBe('holds: 6 invariants over 12 orders');
  });

  it('names findings with their ids and where to look, and counts the ones it leaves out', async () => {
    const text = reportText(await verifyBooks(spoiltBooks()));

    expect(text).toContain('conservation: units_stranded');
    expect(text).toContain('no-lost-order: logged_order_lost');
    expect(text).toContain('no-lost-order: 11 more');
    expect(text).toContain('VIOLATED (31)');
    expect(text.split('\n').at(-1)).toMatch(/^violated: conservation, no-lost-order/);
  });

  it('says in words which books were absent', async () => {
    const text = reportText(await verifyBooks(healthyBooks(), { without: ['gate', 'history'] }));

    expect(text).toContain('absent: no server runs');
    expect(text).toContain('absent: no --history was given');
    expect(text.split('\n').at(-1)).toContain('(absent: gate, history)');
  });

  it.each([
    ['healthy', healthyBooks],
    ['spoilt', spoiltBooks],
  ])('fits 80 columns where books are %s', async (_, booksOf) => {
    const lines = reportText(await verifyBooks(booksOf())).split('\n');

    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('paints verdicts and moves nothing by it', async () => {
    const report = await verifyBooks(spoiltBooks());

    const painted = reportText(report, (verdict, text) => `<${verdict}>${text}</>`);

    expect(painted.replace(/<(holds|violated|inconclusive)>|<\/>/g, '')).toBe(reportText(report));
    expect(painted).toContain('<violated>VIOLATED');
  });
});
