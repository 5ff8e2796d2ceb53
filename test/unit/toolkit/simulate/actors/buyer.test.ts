import { expect, it } from 'vitest';
import type { OrderId, ProductId } from '../../../../../src/engine/domain/ids.ts';
import type { PlaceOutcome } from '../../../../../src/engine/engine.ts';
import { buy } from '../../../../../src/toolkit/simulate/actors/buyer.ts';
import type { World } from '../../../../../src/toolkit/simulate/world/world.ts';

/** A buyer for one unit who goes home after his first answer; each of his requests arrives as often as `answers` has one. */
async function heardOf(answers: readonly PlaceOutcome[]): Promise<readonly string[]> {
  const left = [...answers];
  const server = { plan: { name: 'p1', roles: ['serve'] }, engine: { placeOrder: async () => left.shift() } };
  const network = {
    async call({ effect }: { effect(): Promise<unknown> }) {
      let last: unknown;
      while (left.length > 0) last = await effect();
      return last;
    },
  };
  // as much of a world as one order needs
  const world = {
    serving: [server],
    services: { network, trace: { on: false }, scheduler: { nowMs: 0 }, parts: {} },
  } as unknown as World;
  const heard: string[] = [];
  await buy(
    {
      nth: 1,
      atMs: 0,
      behaviour: 'impatient',
      server: 0,
      pauseMs: 0,
      lines: [{ product: 0, quantity: 1 }],
    },
    {
      world,
      client: {} as never,
      listener: { hear: ({ outcome }) => void heard.push(outcome.kind), hearEnd: () => undefined },
      sleep: async () => undefined,
    },
  );
  return heard;
}

it('hears nothing of one of two answers where the network made two requests of his', async () => {
  const accepted: PlaceOutcome = { kind: 'accepted', orderId: 'order-1' as OrderId };
  const soldOut: PlaceOutcome = { kind: 'sold_out', productId: 'ticket' as ProductId };

  expect(await heardOf([soldOut])).toEqual(['sold_out']);
  expect(await heardOf([accepted, soldOut])).toEqual(['nothing', 'sold_out']);
});
