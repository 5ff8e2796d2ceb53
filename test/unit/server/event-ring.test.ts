import { describe, expect, it } from 'vitest';
import type { ProductId } from '../../../src/engine/domain/ids.ts';
import type { EngineEvent } from '../../../src/engine/engine.ts';
import { EventRing } from '../../../src/server/events/event-ring.ts';
import { sampleSaleId } from '../../support/fake-engine.ts';

const stock = (productId: string, free: number): EngineEvent => ({
  kind: 'stock',
  saleId: sampleSaleId,
  productId: productId as ProductId,
  total: 10,
  free,
});
const idOf = (text: string) => /^id: (.+)$/m.exec(text)?.[1];
const dataOf = (texts: readonly { text: string }[]) =>
  texts.map(({ text }) => JSON.parse(/^data: (.+)$/m.exec(text)?.[1] ?? '').free);

describe('the ring of events', () => {
  it('gives what came after the last id', () => {
    const ring = new EventRing(8, 8);
    const first = ring.add(stock('a', 9));
    ring.add(stock('a', 8));
    ring.add(stock('a', 7));

    expect(dataOf(ring.since(idOf(first.text)))).toEqual([8, 7]);
  });

  it('gives nothing to whoever has seen all', () => {
    const ring = new EventRing(8, 8);
    const last = ring.add(stock('a', 9));

    expect(ring.since(idOf(last.text))).toEqual([]);
  });

  it.each([
    ['came too late', 'old'],
    ['comes from another process', 'ffffffff-1'],
    ['names an event to come', 'future'],
    ['sends nonsense', 'x'],
    ['comes for the first time', undefined],
  ])('gives the newest of each subject to whoever %s', (_who, given) => {
    const ring = new EventRing(2, 8);
    const old = ring.add(stock('a', 9));
    ring.add(stock('b', 5));
    ring.add(stock('a', 8));
    const newest = ring.add(stock('a', 7));
    const id = given === 'old' ? idOf(old.text) : given === 'future' ? `${idOf(newest.text)}9` : given;

    expect(dataOf(ring.since(id))).toEqual([5, 7]);
  });

  it('keeps no more events and subjects than it was told', () => {
    const ring = new EventRing(4, 3);
    for (let n = 0; n < 100; n += 1) ring.add(stock(`product-${n}`, n));

    expect(ring.since(undefined)).toHaveLength(3);
  });
});
