import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdTable, idMarks } from '../../../../src/toolkit/verify/id-table.ts';
import { idOf } from '../../../support/sale-books.ts';

describe('the table of order ids', () => {
  it('agrees with a map of all ids', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom(...Object.values(idMarks)));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new IdTable();
        const model = new Map<string, number>();
        for (const [n, marks] of steps) {
          const id = idOf(`user-${n}`, 'key');
          expect(table.mark(id, marks)).toBe(model.get(id) ?? 0);
          model.set(id, (model.get(id) ?? 0) | marks);
        }

        expect(table.size).toBe(model.size);
        for (const [id, marks] of model) expect(table.marksOf(id)).toBe(marks);
      }),
    );
  });

  it('forgets nothing while it grows', () => {
    const table = new IdTable();
    const ids = Array.from({ length: 20_000 }, (_, n) => idOf(`user-${n}`, 'key'));

    for (const [n, id] of ids.entries()) table.mark(id, n % 2 === 0 ? idMarks.logged : idMarks.heard);

    expect(table.size).toBe(ids.length);
    expect(ids.every((id, n) => table.marksOf(id) === (n % 2 === 0 ? idMarks.logged : idMarks.heard))).toBe(true);
    expect(table.marksOf(idOf('nobody', 'key'))).toBe(0);
  });

  it('says that it is full, keeps what it has, and takes no new ids', () => {
    const table = new IdTable(1 << 12);
    const ids = Array.from({ length: 5_000 }, (_, n) => idOf(`user-${n}`, 'key'));

    for (const id of ids) table.mark(id, idMarks.logged);

    expect(table.overflowed).toBe(true);
    expect(table.size).toBeLessThan(1 << 12);
    expect(table.mark(ids[0] ?? '', idMarks.heard)).toBe(idMarks.logged);
    expect(table.mark(ids.at(-1) ?? '', idMarks.heard)).toBe(0);
    expect(table.marksOf(ids.at(-1) ?? '')).toBe(0);
  });
});
