import type { AdminClient } from '../admin-client/admin-client.ts';
import { changeSale } from '../admin-client/change-sale.ts';
import { seed } from '../admin-client/seed.ts';
import { planOfSale } from '../admin-client/seed-plan.ts';
import type { Scenario } from './scenario.ts';

/**
 * Makes the scenario's sale on a running server, with its stock free, and opens it. Gives its id back: the scenario's, or one
 * of its own for this run where the scenario names none; that is closed again where not all of it could be made.
 * @throws FluxError as AdminClient.call does
 */
export async function seedScenario(server: AdminClient, scenario: Scenario): Promise<string> {
  const { sale } = scenario;
  const saleId = sale.saleId ?? `load-${Date.now().toString(36)}`;
  try {
    await seed(server, planOfSale(sale, saleId));
  } catch (error) {
    await closeOwnSale(server, scenario, saleId);
    throw error;
  }
  return saleId;
}

/** Makes the scenario's sale for one use of it, and closes it afterwards where it was a sale of its own. */
export async function withOwnSale<Value>(
  server: AdminClient,
  scenario: Scenario,
  use: (saleId: string) => Promise<Value>,
): Promise<Value> {
  const saleId = await seedScenario(server, scenario);
  return use(saleId).finally(() => closeOwnSale(server, scenario, saleId));
}

/**
 * Closes the sale that a run made for itself: its products would go on standing in two sales, and whoever orders one without
 * naming a sale would be asked which. A server that died meanwhile keeps it open.
 */
export async function closeOwnSale(server: AdminClient, { sale }: Scenario, saleId: string): Promise<void> {
  if (sale.saleId !== null) return;
  await changeSale(server, saleId, { state: 'closed' }).catch(() => undefined);
}
