import { orderIdSecret, productName, saleId, type World } from '../world/world.ts';
import { untilRest, untilServersKnow } from './until-rest.ts';

/** The sale is set up without faults: whoever cannot even do that has another defect. */
const setUpMs = 10_000;

/** Sets the sale up and waits until every server knows it. `limitOf` a product: of all the same where left out. */
export async function openSale(
  world: World,
  limitOf: (nth: number) => number = () => world.plan.limitPerUser,
): Promise<void> {
  const { plan } = world;
  const { ledger } = world.services;
  await ledger.saveSale(
    {
      saleId,
      state: 'open',
      confirmation: plan.confirmation,
      holdSeconds: plan.holdSeconds,
      admissionRate: plan.admissionRate,
      products: plan.stock.map((_, nth) => ({ productId: productName(nth), limitPerUser: limitOf(nth) })),
    },
    { actor: 'simulation', newSecret: orderIdSecret },
  );
  for (const [nth, total] of plan.stock.entries()) {
    const [before] = (await ledger.totals(saleId)).filter(({ productId }) => productId === productName(nth));
    await ledger.setTotal(saleId, productName(nth), total, before?.totalVersion ?? 0, 'simulation');
  }
  await untilRest(world, { limitMs: setUpMs });
  await untilServersKnow(world);
}
