import { ledgerGroup } from '../../../engine/ports/order-log.ts';
import { saleId, type World } from '../world/world.ts';
import { saleUnrest } from './sale-unrest.ts';

/** Renewals are every half second, and may take a moment. */
const renewalMs = 1_000;

/** Why the world has not come to rest: the first thing that is still on its way. Null where nothing is. */
export async function unrest(world: World): Promise<string | null> {
  const { ledger, log, network, scheduler } = world.services;
  const late = world.processes.find(({ serves, renewedMs }) => serves && scheduler.nowMs - renewedMs > renewalMs);
  if (late) return `${late.plan.name} has not heard of the ledger`;
  const waits = network.waitingSince(scheduler.nowMs - renewalMs);
  if (waits !== null) return waits;
  const lag = async () => Array.from({ length: log.partitions }, (_, partition) => log.lagOf(ledgerGroup, partition));
  return saleUnrest({ saleId, ledger, gate: world.gate.losable.gate, lag });
}
