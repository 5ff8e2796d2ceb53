import type { Finding } from '../../../engine/domain/invariants/finding.ts';
import { oversold, oversoldAtGate } from '../../../engine/domain/invariants/no-oversell.ts';
import { saleId, type World } from '../world/world.ts';

/** Invariant 1 behind every call that moved units in the ledger. */
export async function oversoldNow(world: World): Promise<Finding | undefined> {
  return (await world.services.ledger.auditProducts()).flatMap(oversold)[0];
}

/** Invariant 1 behind every call that moved units at a gate: of the primary, in its newest epoch. */
export async function oversoldAtGateNow(world: World): Promise<Finding | undefined> {
  const sale = await world.services.ledger.sale(saleId);
  const stock = sale?.epoch ? world.gate.losable.stockNow(saleId, sale.epoch.epoch) : null;
  for (const product of stock ?? []) {
    const [found] = oversoldAtGate(saleId, product);
    if (found) return found;
  }
  return undefined;
}
