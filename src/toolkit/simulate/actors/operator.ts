import type { SaleId } from '../../../engine/domain/ids.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { OperatorPlan } from '../plan/plan.ts';
import { productName, saleId, type World } from '../world/world.ts';
import { askServer, type Client } from './ask-server.ts';

/** Operators repeat themselves until they hear something definite. */
const maxTries = 5;
const pauseMs = 300;
const actor = 'simulated operator';

/** One thing that an operator wants. */
export async function operate(
  plan: OperatorPlan,
  use: { readonly world: World; readonly client: Client; sleep(ms: number): Promise<void> },
): Promise<void> {
  await use.sleep(plan.atMs);
  const { serving } = use.world;
  for (let nth = 0; nth < maxTries; nth += 1) {
    const server = serving[(plan.server + nth) % serving.length];
    if (server === undefined) return;
    const answer = await askServer(use.world, use.client, server, `operator: ${plan.kind}`, (engine) =>
      wish(plan, engine, saleId),
    );
    if (answer !== null && answer.kind !== 'unknown') return;
    await use.sleep(pauseMs);
  }
}

/** Asks a server for it, once. */
export function wish(plan: OperatorPlan, engine: Engine, sale: SaleId): Promise<{ readonly kind: string }> {
  switch (plan.kind) {
    case 'pause':
      return engine.changeSale({ saleId: sale, state: 'paused' }, actor);
    case 'open':
      return engine.changeSale({ saleId: sale, state: 'open' }, actor);
    case 'close':
      return engine.changeSale({ saleId: sale, state: 'closed' }, actor);
    case 'rate':
      return engine.changeSale({ saleId: sale, admissionRate: plan.perSecond }, actor);
    case 'limit':
      return engine.changeSale(
        { saleId: sale, products: [{ productId: productName(plan.product), limitPerUser: plan.limitPerUser }] },
        actor,
      );
    case 'price':
      return engine.changeSale(
        { saleId: sale, products: [{ productId: productName(plan.product), priceMinor: BigInt(plan.priceMinor) }] },
        actor,
      );
    case 'add_stock':
      return engine.changeStock({ saleId: sale, productId: productName(plan.product), change: { by: plan.by } }, actor);
    case 'init_stock':
      return engine.initStock({ saleId: sale, productId: productName(plan.product), quantity: plan.to }, actor);
    default:
      return plan satisfies never;
  }
}
