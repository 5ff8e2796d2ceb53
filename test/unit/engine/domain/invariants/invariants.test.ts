import { describe, expect, it } from 'vitest';
import type { Epoch, GateId, OrderId, ProductId, SaleId, UserId } from '../../../../../src/engine/domain/ids.ts';
import {
  countersAgainstLines,
  gateAgainstLedger,
  strandedAtGate,
  strandedInCounters,
} from '../../../../../src/engine/domain/invariants/conservation.ts';
import { finding } from '../../../../../src/engine/domain/invariants/finding.ts';
import { Findings, findingsKept } from '../../../../../src/engine/domain/invariants/findings.ts';
import { overLimit } from '../../../../../src/engine/domain/invariants/limits.ts';
import { outboxStuck } from '../../../../../src/engine/domain/invariants/liveness.ts';
import { MarkersSeen } from '../../../../../src/engine/domain/invariants/markers-seen.ts';
import {
  classOfPromised,
  classOfUnknown,
  logBehindLedger,
  offsetsMissing,
  tooManyRevoked,
} from '../../../../../src/engine/domain/invariants/no-lost-order.ts';
import { oversold, oversoldAtGate } from '../../../../../src/engine/domain/invariants/no-oversell.ts';
import type { ProductCount } from '../../../../../src/engine/domain/invariants/product-count.ts';

const saleId = 'night' as SaleId;
const productId = 'ticket' as ProductId;

function aProduct(fields: Partial<ProductCount> = {}): ProductCount {
  return { saleId, productId, total: 10, held: 2, sold: 3, heldByLines: 2, soldByLines: 3, ...fields };
}

const kinds = (found: readonly { kind: string }[]) => found.map(({ kind }) => kind);

describe('no-oversell', () => {
  it.each([
    ['sold out to the last unit', { held: 4, sold: 6, heldByLines: 4, soldByLines: 6 }, []],
    ['one more by the counters', { held: 4, sold: 7 }, ['oversold_by_counters']],
    ['one more by the lines', { heldByLines: 5, soldByLines: 6 }, ['oversold_by_lines']],
    ['a counter below zero', { held: -1 }, ['negative_counter']],
  ] as const)('%s', (_, fields, expected) => {
    expect(kinds(oversold(aProduct(fields)))).toEqual(expected);
  });

  it('allows a gate with nothing left and none that owes units', () => {
    expect(oversoldAtGate(saleId, { productId, total: 10, free: 0 })).toEqual([]);
    expect(kinds(oversoldAtGate(saleId, { productId, total: 10, free: -1 }))).toEqual(['gate_below_zero']);
  });
});

describe('conservation', () => {
  it('compares held and sold each with its own lines', () => {
    expect(countersAgainstLines(aProduct())).toEqual([]);
    expect(kinds(countersAgainstLines(aProduct({ heldByLines: 3, soldByLines: 2 })))).toEqual([
      'counters_differ_from_lines',
    ]);
  });

  it.each([
    ['agree', { total: 10, free: 5 }, [], 0],
    ['differ by units without an order', { total: 10, free: 3 }, ['units_stranded'], 2],
    ['differ by units that are sold and free at once', { total: 10, free: 6 }, ['units_unaccounted'], 0],
    ['differ in the total alone', { total: 12, free: 7 }, ['totals_differ'], 0],
    ['differ in both', { total: 12, free: 5 }, ['totals_differ', 'units_stranded'], 2],
  ] as const)('gate and ledger %s', (_, gate, expected, stranded) => {
    expect(kinds(gateAgainstLedger(aProduct(), { productId, ...gate }))).toEqual(expected);
    expect(strandedAtGate(aProduct(), { productId, ...gate })).toBe(stranded);
  });

  it('counts units in the counters that no order holds', () => {
    expect(strandedInCounters(aProduct({ sold: 5 }))).toBe(2);
    expect(strandedInCounters(aProduct({ soldByLines: 5 }))).toBe(0);
  });
});

describe('no-lost-order', () => {
  it.each([
    ['confirmed', false, 'ok'],
    ['cancelled', false, 'ok'],
    ['revoked', false, 'revoked'],
    ['revoked', true, 'revoked'],
    [undefined, true, 'pending'],
    [undefined, false, 'lost'],
  ] as const)('an order heard of that is %s (pending: %s) is %s', (state, recordingMayBePending, expected) => {
    expect(classOfPromised(state, { recordingMayBePending })).toBe(expected);
  });

  it('knows no wrong end of an order whose buyer heard nothing', () => {
    expect([classOfUnknown('confirmed'), classOfUnknown('revoked'), classOfUnknown(undefined)]).toEqual([
      'recovered',
      'revoked',
      'absent',
    ]);
  });

  it('lets the ledger be as far as the log, and no further', () => {
    expect(logBehindLedger(0, 7n, 7n)).toBeNull();
    expect(logBehindLedger(0, 8n, 7n)?.numbers).toEqual({ partition: 0, recorded: 8, end: 7 });
  });

  it('counts the records of a gap', () => {
    expect(offsetsMissing(1, 3n, 6n).numbers).toMatchObject({ partition: 1, missing: 2 });
  });

  it('lets as many be revoked as are allowed', () => {
    expect(tooManyRevoked(2, 2, [])).toBeNull();
    expect(tooManyRevoked(3, 2, ['a'])?.numbers).toEqual({ revoked: 3, allowed: 2 });
  });
});

describe('late records', () => {
  const at = (epoch: number, sale = 'night') => ({
    saleId: sale as SaleId,
    gateId: 'main' as GateId,
    epoch: epoch as Epoch,
  });

  it('are those behind the marker of a newer epoch, of their own sale and partition', () => {
    const seen = new MarkersSeen();

    expect(seen.isLate(0, at(1))).toBe(false);
    seen.marker(0, at(2));

    expect(seen.isLate(0, at(1))).toBe(true);
    expect(seen.isLate(0, at(2))).toBe(false);
    expect(seen.isLate(1, at(1))).toBe(false);
    expect(seen.isLate(0, at(1, 'day'))).toBe(false);
  });

  it('stay late when an older marker is written again', () => {
    const seen = new MarkersSeen();
    seen.marker(0, at(3));
    seen.marker(0, at(2));

    expect(seen.isLate(0, at(2))).toBe(true);
  });
});

describe('limits', () => {
  it.each([
    [4, 4, null],
    [5, 4, 'over_limit'],
    [5, null, null],
  ] as const)('%s units where %s are allowed', (units, limitPerUser, expected) => {
    const found = overLimit({ saleId, userId: 'ann' as UserId, productId, units, limitPerUser });

    expect(found?.kind ?? null).toBe(expected);
  });
});

describe('liveness', () => {
  it.each([
    [0, 99_999, null],
    [3, 10_000, null],
    [3, 10_001, 'outbox_stuck'],
  ] as const)('an outbox of %s, the oldest %s ms old', (size, oldestMs, expected) => {
    expect(outboxStuck(saleId, size, oldestMs, 10_000)?.kind ?? null).toBe(expected);
  });
});

describe('the collection of findings', () => {
  const one = (kind: 'over_limit' | 'heard_order_lost' | 'offsets_missing', n: number) =>
    finding(kind, `${kind} ${n}`, { ids: [`order-${n}` as OrderId], look: 'there' });

  it('keeps the first of each kind and counts all', () => {
    const findings = new Findings();

    for (let n = 0; n < 1_000; n += 1) findings.add(one('over_limit', n));
    findings.addUnnamed('over_limit', 5);

    expect(findings.of('limits').kept).toHaveLength(findingsKept);
    expect(findings.of('limits').kept[0]?.ids).toEqual(['order-0']);
    expect(findings.of('limits').total).toBe(1_005);
    expect(findings.of('liveness')).toEqual({ kept: [], total: 0, atLeast: false });
  });

  it('does not let one kind crowd out another of the same invariant', () => {
    const findings = new Findings();

    for (let n = 0; n < 50; n += 1) findings.add(one('heard_order_lost', n));
    findings.add(one('offsets_missing', 1));

    const { kept, total } = findings.of('no-lost-order');
    expect(kept).toHaveLength(findingsKept);
    expect(kept.map(({ kind }) => kind)).toContain('offsets_missing');
    expect(total).toBe(51);
  });
});
