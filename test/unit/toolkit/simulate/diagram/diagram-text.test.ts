import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagram, Row } from '../../../../../src/toolkit/simulate/diagram/diagram.ts';
import { diagramText } from '../../../../../src/toolkit/simulate/diagram/diagram-text.ts';

const arrow = (atMs: number, from: string, to: string, label: string, lost = false): Row => ({
  ...{ kind: 'arrow', atMs, from, to, label, lost },
});

const small: Diagram = {
  lanes: ['buyers', 'p1', 'gate', 'log', 'ledger'],
  rows: [
    { kind: 'folded', events: 31, opening: true },
    { kind: 'fault', atMs: 1_350, label: 'log down for 20 ms' },
    arrow(1_350.3, 'buyers', 'p1', 'order A'),
    arrow(1_350.7, 'p1', 'log', 'append A'),
    arrow(1_351.2, 'log', 'p1', 'the connection was refused', true),
    { kind: 'folded', events: 1, opening: false },
    { kind: 'note', atMs: 1_352, lane: 'log', label: 'nothing was appended, and somebody is told so here' },
    arrow(1_353, 'p1', 'buyers', 'accepted'),
    { kind: 'finding', atMs: 1_353, label: 'a buyer heard 200 for A, and the order log does not have it' },
  ],
  orders: [],
};

describe('a diagram in text', () => {
  it('draws who says what to whom, and when', () => {
    expect(`\n${diagramText(small, 80)}\n`).toMatchInlineSnapshot(`
      "
                 buyers           p1            gate            log          ledger
                    :  ... 31 others: the sale opens             :              :
        1350.00  ══ log down for 20 ms ═══════════════════════════════════════════════
        1350.30     │──order A────>│              │              │              │
        1350.70     │              │──append A──────────────────>│              │
        1351.20     │              │ the connection was refused  │              │
                    │              │x╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│              │
                    :  ... 1 other :              :              :              :
        1352.00     │              │              │           * nothing was appended,
                    │              │              │           and somebody is told so
                    │              │              │           here              │
        1353.00     │<───accepted──│              │              │              │
        1353.00  !! a buyer heard 200 for A, and the order log does not have it
      "
    `);
  });

  it('staggers names where a fleet is wide, and puts labels over narrow arrows', () => {
    const lanes = ['buyers', 'operators', 'p1', 'p2', 'p3', 'p4', 'gate', 'gate 2', 'log', 'ledger'];
    const rows = [arrow(1, 'buyers', 'p1', 'order A'), arrow(2, 'p1', 'ledger', 'transition A')];

    expect(`\n${diagramText({ lanes, rows, orders: [] }, 80)}\n`).toMatchInlineSnapshot(`
      "
                 buyers          p1     p2     p3     p4    gate  gate 2   log  ledger
                       operators
           1.00     │──order A───>│      │      │      │      │      │      │      │
           2.00     │      │      │──transition A─────────────────────────────────>│
      "
    `);
  });

  it('never goes beyond its columns, whatever it has to say', () => {
    const lane = fc.constantFrom('buyers', 'operators', 'p1', 'p2', 'p3', 'gate', 'gate 2', 'log', 'ledger');
    const label = fc.stringMatching(/^[a-z ]{0,200}$/);
    const atMs = fc.double({ min: 0, max: 99_999, noNaN: true });
    const row = fc.oneof(
      fc.record({ kind: fc.constant('arrow' as const), atMs, from: lane, to: lane, lost: fc.boolean(), label }),
      fc.record({ kind: fc.constant('note' as const), atMs, lane, label }),
      fc.record({ kind: fc.constantFrom('fault' as const, 'finding' as const), atMs, label }),
      fc.record({ kind: fc.constant('folded' as const), events: fc.nat(), opening: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(row), fc.integer({ min: 72, max: 200 }), (rows, columns) => {
        const named = rows.flatMap((each) =>
          each.kind === 'arrow' ? [each.from, each.to] : each.kind === 'note' ? [each.lane] : [],
        );
        const text = diagramText({ lanes: [...new Set(named)], rows, orders: [] }, columns);
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
