import { ledgerGroup } from '../../../engine/ports/order-log.ts';
import { saleId, type World } from '../world/world.ts';

/** Renewals are every half second, and may take a moment. */
const renewalMs = 1_000;

/** Why the world has not come to rest: the first thing that is still on its way. Null where nothing is. */
export async function unrest(world: World): Promise<string | null> {
  const { ledger, log, scheduler } = world.services;
  const late = world.processes.find(({ serves, renewedMs }) => serves && scheduler.nowMs - renewedMs > renewalMs);
  if (late) return `${late.plan.name} has not heard of the ledger`;
  const waits = world.services.network.waitingSince(scheduler.nowMs - renewalMs);
  if (waits !== null) return waits;
  const sale = await ledger.sale(saleId);
  if (sale?.epoch?.state !== 'open') return 'the newest epoch is not open';
  if ((await ledger.epochsWanted()).length > 0) return 'another epoch is wanted';
  const { gate } = world.gate.losable;
  const outbox = await gate.unsettled(saleId, sale.epoch.epoch, 0, 1);
  if (outbox.kind === 'rebuilding') return 'the gate does not match the newest epoch';
  if (outbox.size > 0) return `the outbox holds ${outbox.size} orders`;
  for (let partition = 0; partition < log.partitions; partition += 1) {
    const lag = log.lagOf(ledgerGroup, partition);
    if (lag > 0) return `partition ${partition} has ${lag} entries that nobody has recorded`;
  }
  const releases = await ledger.pendingReleases(saleId, 1);
  if (releases.length > 0) return 'the gate has not acknowledged a release';
  if ((await ledger.auditOverdue(0, 1)).length > 0) return 'a hold that is over still has its units';
  if ((await ledger.pendingStockChanges()).length > 0) return 'a lower total is pending';
  return null;
}
