import { describe, expect, it } from 'vitest';
import type { Row } from '../../../../../src/toolkit/simulate/diagram/diagram.ts';
import { makeDiagram } from '../../../../../src/toolkit/simulate/diagram/make-diagram.ts';
import { asked, happened, lost, noted, orderIds, routine } from '../../../../support/trace-events.ts';

const { A, B } = orderIds;
const aboutA = { text: `a buyer heard 200 for ${A}, and it is lost`, ids: [] };

/** One word a row. */
function sketch(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => {
    if (row.kind === 'arrow') return `${row.from} ${row.lost ? '-x' : '->'} ${row.to}: ${row.label}`;
    if (row.kind === 'folded') return `${row.events} folded${row.opening ? ' (opening)' : ''}`;
    return `${row.kind}: ${row.label}`;
  });
}

describe('a diagram', () => {
  it('shows what is about the order of the finding, and folds all else', () => {
    const { rows, lanes, orders } = makeDiagram(
      [
        ...routine(0, 10),
        ...asked(300, ['buyers', 'p1'], ['order user-1 key-0', 'accepted'], [A, 'user-1', 'product-0']),
        ...asked(310, ['p1', 'gate'], ['hold', 'held'], ['epoch 1', A, 'user-1']),
        ...asked(320, ['p1', 'gate'], ['hold', 'held'], ['epoch 1', B, 'user-2']),
        ...routine(400, 3),
        lost(500, ['p1', 'log'], 'append 2: the connection broke', [A, B]),
        happened(600, 'finding', aboutA.text),
        ...routine(700, 2),
      ],
      aboutA,
    );

    expect(sketch(rows)).toEqual([
      '20 folded (opening)',
      'buyers -> p1: order A',
      'p1 -> buyers: accepted',
      'p1 -> gate: hold A',
      'gate -> p1: held',
      '8 folded',
      'log -x p1: append A +1: the connection broke',
      'finding: a buyer heard 200 for A, and it is lost',
    ]);
    expect(lanes).toEqual(['buyers', 'p1', 'gate', 'log']);
    expect(orders).toEqual([{ name: 'A', orderId: A, userId: 'user-1' }]);
  });

  it('follows a buyer of the finding to all of his orders, and a product to all who wanted it', () => {
    const events = [
      ...asked(1, ['buyers', 'p1'], ['order user-1 key-0', 'accepted'], [A, 'user-1', 'product-0']),
      ...asked(5, ['buyers', 'p1'], ['order user-1 key-1', 'accepted'], [B, 'user-1', 'product-1']),
      ...asked(9, ['p1', 'ledger'], ['record', 'recorded'], [B]),
    ];

    expect(makeDiagram(events, { text: '', ids: ['user-1', 'product-0'] }).orders).toHaveLength(2);
    expect(makeDiagram(events, { text: '', ids: ['product-1'] }).orders).toEqual([
      { name: 'A', orderId: B, userId: 'user-1' },
    ]);
    expect(sketch(makeDiagram(events, { text: '', ids: ['product-1'] }).rows)).toContain('p1 -> ledger: record A');
    expect(makeDiagram(events, { text: '', ids: ['product-7'] }).orders).toHaveLength(0);
  });

  it('shows everybody where a finding names nobody', () => {
    const events = [
      ...asked(1, ['buyers', 'p1'], ['order user-1 key-0', 'unknown'], [A, 'user-1']),
      ...asked(5, ['buyers', 'p2'], ['order user-2 key-0', 'unknown'], [B, 'user-2']),
    ];

    expect(makeDiagram(events, { text: 'the world does not come to rest', ids: [] }).orders).toHaveLength(2);
  });

  it('shows faults, what flows say, and every step by which a gate is made anew, with its epoch', () => {
    const { rows } = makeDiagram(
      [
        happened(1, 'fault', 'gate lose'),
        ...asked(10, ['p1', 'ledger'], ['nextEpoch', 'epoch 2'], ['epoch 2']),
        ...asked(20, ['p1', 'gate'], ['begin', 'begun'], ['epoch 2']),
        noted(30, 'p1', `rebuild-gate: open, without ${A}`),
        ...asked(40, ['p1', 'gate'], ['hold', 'held'], ['epoch 2', A]),
        happened(50, 'finding', aboutA.text),
      ],
      aboutA,
    );

    expect(sketch(rows)).toEqual([
      'fault: gate lose',
      'p1 -> ledger: nextEpoch (epoch 2)',
      'ledger -> p1: epoch 2',
      'p1 -> gate: begin (epoch 2)',
      'gate -> p1: begun',
      'note: rebuild-gate: open, without A',
      'p1 -> gate: hold A (epoch 2)',
      'gate -> p1: held',
      'finding: a buyer heard 200 for A, and it is lost',
    ]);
  });

  it('says the same thing only so often, and keeps the ends of what is too long', () => {
    const again = Array.from({ length: 30 }, (_, nth) => noted(nth, 'p1', 'controller failed: no answer'));
    expect(sketch(makeDiagram(again, aboutA).rows)).toEqual([
      'note: controller failed: no answer',
      'note: controller failed: no answer',
      '28 folded',
    ]);

    const long = Array.from({ length: 1_000 }, (_, nth) => noted(nth, 'p1', `note ${nth}`));
    const { rows } = makeDiagram(long, aboutA);
    expect(rows).toHaveLength(201);
    expect(sketch(rows)[60]).toBe('800 folded');
    expect(sketch(rows).at(-1)).toBe('note: note 999');
  });

  it('repeats the question with an answer that stands away from it', () => {
    const [question, answer] = asked(1, ['p1', 'gate'], ['hold', 'held'], [A]);
    const [other] = asked(1, ['p2', 'gate'], ['settle', 'settled'], [A]);
    const rows = makeDiagram(
      [question, other, answer].flatMap((each) => each ?? []),
      aboutA,
    ).rows;

    expect(sketch(rows).at(-1)).toBe('gate -> p1: hold A: held');
  });
});
