import { describe, expect, it } from 'vitest';
import type { OrderId } from '../../../../src/engine/domain/ids.ts';
import type { OrderState } from '../../../../src/engine/domain/order.ts';
import { StateLookup } from '../../../../src/toolkit/verify/state-lookup.ts';
import { idOf } from '../../../support/sale-books.ts';

const ids = Array.from({ length: 25_000 }, (_, n) => idOf(`user-${n}`, 'key'));

describe('the look-up of states', () => {
  it('asks in batches and answers every id once, in order, with what came along', async () => {
    const sizes: number[] = [];
    const answered: [OrderId, number, OrderState | undefined][] = [];
    const ledger = {
      orderStates: async (asked: readonly OrderId[]) => {
        sizes.push(asked.length);
        return new Map(asked.filter((id) => id !== ids[3]).map((id) => [id, 'confirmed' as const]));
      },
    };
    const lookup = new StateLookup<number>(ledger, (id, n, state) => answered.push([id, n, state]));

    for (const [n, id] of ids.entries()) await lookup.ask(id, n);
    await lookup.drain();

    expect(sizes).toEqual([...Array.from({ length: 12 }, () => 2_000), 1_000]);
    expect(answered.map(([id]) => id)).toEqual(ids);
    expect(answered[3]).toEqual([ids[3], 3, undefined]);
    expect(answered[24_999]).toEqual([ids[24_999], 24_999, 'confirmed']);
  });

  it('keeps at most two questions open', async () => {
    let open = 0;
    let most = 0;
    const ledger = {
      orderStates: async () => {
        open += 1;
        most = Math.max(most, open);
        await new Promise(setImmediate);
        open -= 1;
        return new Map();
      },
    };
    const lookup = new StateLookup<null>(ledger, () => {});

    for (let round = 0; round < 4; round += 1) for (const id of ids) await lookup.ask(id, null);
    await lookup.drain();

    expect(most).toBe(2);
  });

  it('hands a failure of the ledger to whoever asks next', async () => {
    const ledger = {
      orderStates: async () => {
        throw new Error('away');
      },
    };
    const lookup = new StateLookup<null>(ledger, () => {});
    for (const id of ids.slice(0, 10)) lookup.ask(id, null);

    await expect(lookup.drain()).rejects.toThrow('away');
  });
});
