import type { AdminClient } from '../admin-client/admin-client.ts';
import { changeSale } from '../admin-client/change-sale.ts';
import { seed } from '../admin-client/seed.ts';
import type { Scenario } from './scenario.ts';

/**
 * Makes the scenario's sale on a running server, with its stock free, and opens it. Gives its id back: the scenario's, or one
 * of its own for this run where the scenario names none.
 * @throws FluxError as AdminClient.call does
 */
export async function seedScenario(server: AdminClient, { sale }: Scenario): Promise<string> {
  const saleId = sale.saleId ?? `load-${Date.now().toString(36)}`;
  await seed(server, {
    saleId,
    changes: { admissionRate: sale.admissionRate, confirmation: sale.confirmation },
    products: sale.products.map(({ productId, quantity, limitPerUser, price }) => ({
      productId,
      quantity,
      limitPerUser,
      // bounded by the file's pattern to what a number holds
      priceMinor: Number(price.minor),
      currency: price.currency,
    })),
  });
  // with its stock in place: a sale that was there keeps its state through a seed
  await changeSale(server, saleId, { state: 'open' });
  return saleId;
}
