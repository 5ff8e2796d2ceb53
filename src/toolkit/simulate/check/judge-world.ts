import type { Heard, HeardEnd } from '../actors/heard.ts';
import { saleId, type World } from '../world/world.ts';
import { type BrokenPromise, brokenBecause } from './broken-promise.ts';
import { soldAtAnOldPrice } from './judge-prices.ts';
import { judgeSale } from './judge-sale.ts';

/** All invariants over a world that has come to rest. */
export async function judgeWorld(
  world: World,
  { heard, ends }: { readonly heard: readonly Heard[]; readonly ends: readonly HeardEnd[] },
): Promise<readonly BrokenPromise[]> {
  const { ledger, log, parts } = world.services;
  const wishes = new Set(world.plan.operators.map(({ kind }) => kind));
  return [
    ...(await judgeSale({
      ...{ saleId, ledger, gate: world.gate.losable.gate, log: log.entries(), digest: parts.digest, heard },
      limitsHold: !wishes.has('limit'),
      rateHolds: !wishes.has('rate'),
    })),
    ...soldAtAnOldPrice(world, heard),
    ...(await judgeEnds(world, ends)),
    ...world.escaped.map((error) => brokenBecause('liveness', `an error that no flow handles: ${error}`)),
  ];
}

/** Whoever heard that his order is confirmed or cancelled finds it so. */
async function judgeEnds(world: World, ends: readonly HeardEnd[]): Promise<readonly BrokenPromise[]> {
  const found: BrokenPromise[] = [];
  for (const { orderId, state } of ends) {
    const order = await world.services.ledger.order(orderId);
    if (order !== null && order.state !== state)
      found.push(
        brokenBecause(
          'no-lost-order',
          `a buyer heard that ${orderId} is ${state}, and it is ${order.state}`,
          'heard_other_end',
        ),
      );
  }
  return found;
}
