import { expect, it } from 'vitest';
import { saleUnrest } from '../../../../../src/toolkit/simulate/check/sale-unrest.ts';
import { createMemoryWorld, night, ticket } from '../../../../support/memory-world.ts';

it('waits for a total that the gate was not told of, until the controller has brought it there', async () => {
  const { clock, gate, ledger, openSale, start } = createMemoryWorld();
  const stop = start();
  await openSale(5);
  const unrest = () => saleUnrest({ saleId: night, ledger, gate, lag: async () => [0] });
  await clock.advance(2_000);
  expect(await unrest()).toBeNull();

  const [totals] = await ledger.totals(night);
  await ledger.setTotal(night, ticket, 7, totals?.totalVersion ?? 0, 'an operator whose server died');
  expect(await unrest()).toBe(`the gate has an older total of ${ticket}`);

  await clock.advance(10_000);
  expect(await unrest()).toBeNull();
  await stop();
});
