import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameLines, type LayoutFacts, layoutOf, smallest, tabs } from '../../../../src/toolkit/watch/layout.ts';

const someFacts = fc.record<LayoutFacts>({
  tab: fc.constantFrom(...tabs),
  products: fc.integer({ min: 0, max: 500 }),
  partitions: fc.integer({ min: 0, max: 64 }),
  processes: fc.integer({ min: 0, max: 30 }),
  faults: fc.integer({ min: 0, max: 50 }),
  outcomes: fc.integer({ min: 0, max: 20 }),
  hasLog: fc.boolean(),
});

describe('the layout', () => {
  it('fits every terminal and never loses stock, verdict and answers', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: smallest.columns, max: 240 }),
        fc.integer({ min: smallest.rows, max: 80 }),
        someFacts,
        (width, height, facts) => {
          const { columns, below } = layoutOf(width, height, facts);
          const heightOf = (panels: readonly { readonly height: number }[]) =>
            panels.reduce((sum, panel) => sum + panel.height, 0);
          const belowHeight = below.length === 0 ? 0 : heightOf(below) + 1;
          const names = [...columns.flatMap(({ panels }) => panels), ...below].map(({ name }) => name);

          for (const column of columns)
            expect(heightOf(column.panels) + belowHeight).toBeLessThanOrEqual(height - frameLines);
          expect(columns.reduce((sum, column) => sum + column.width, 0)).toBeLessThanOrEqual(width);
          expect(new Set(names).size).toBe(names.length);
          if (facts.tab === 'overview')
            expect(names).toEqual(expect.arrayContaining(['stock', 'verdict', 'answers', 'latency']));
        },
      ),
    );
  });
});
