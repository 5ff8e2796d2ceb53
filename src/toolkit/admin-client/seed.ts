import { codeOf } from '../../engine/domain/flux-error.ts';
import type { AdminClient } from './admin-client.ts';
import { initAnswer, type SaleAnswer, saleAnswer } from './answers.ts';
import { changeSale } from './change-sale.ts';
import type { SeedPlan } from './seed-plan.ts';

/** Makes the sale as planned, whatever was there before, opens it once its stock is in place, and returns it. Safe to repeat. */
export async function seed(server: AdminClient, plan: SeedPlan): Promise<SaleAnswer> {
  if (Object.keys(plan.changes).length > 0) await makeSale(server, plan);
  for (const { productId, quantity, limitPerUser, priceMinor, currency } of plan.products) {
    await server.call('POST', '/init', initAnswer, {
      saleId: plan.saleId,
      productId,
      quantity,
      ...(limitPerUser === undefined ? {} : { limitPerUser }),
      ...(priceMinor === undefined ? {} : { price: priceMinor, currency }),
    });
  }
  return changeSale(server, plan.saleId, { state: 'open' });
}

async function makeSale(server: AdminClient, plan: SeedPlan): Promise<void> {
  try {
    await server.call('POST', '/sales', saleAnswer, { saleId: plan.saleId, ...plan.changes });
  } catch (error) {
    if (codeOf(error) !== 'sale_conflict') throw error;
    await changeSale(server, plan.saleId, plan.changes);
  }
}
