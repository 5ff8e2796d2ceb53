import type { Epoch, SaleId } from '../../../engine/domain/ids.ts';
import { totalsNotAtGate } from '../../../engine/domain/stock.ts';
import type { Gate } from '../../../engine/ports/gate.ts';
import type { Ledger } from '../../../engine/ports/ledger.ts';

/** Why a sale has not come to rest: the first thing that is still on its way. Null where nothing is. */
export async function saleUnrest(sale: {
  readonly saleId: SaleId;
  readonly ledger: Ledger;
  readonly gate: Gate;
  /** Of the group that writes the ledger, by partition. */
  lag(): Promise<readonly number[]>;
}): Promise<string | null> {
  const { saleId, ledger, gate } = sale;
  const row = await ledger.sale(saleId);
  if (row?.epoch?.state !== 'open') return 'the newest epoch is not open';
  if ((await ledger.epochsWanted()).length > 0) return 'another epoch is wanted';
  const outbox = await gate.unsettled(saleId, row.epoch.epoch, 0, 1);
  if (outbox.kind === 'rebuilding') return 'the gate does not match the newest epoch';
  if (outbox.size > 0) return `the outbox holds ${outbox.size} orders`;
  // behind the outbox, as orders go: one that leaves it meanwhile is seen here
  for (const [partition, lag] of (await sale.lag()).entries())
    if (lag > 0) return `partition ${partition} has ${lag} entries that nobody has recorded`;
  if ((await ledger.pendingReleases(saleId, 1)).length > 0) return 'the gate has not acknowledged a release';
  if ((await ledger.auditOverdue(0, 1)).length > 0) return 'a hold that is over still has its units';
  if ((await ledger.pendingStockChanges()).length > 0) return 'a lower total is pending';
  return olderTotal(sale, row.epoch.epoch);
}

/** A total that was raised while the gate could not be told of it: the controller brings it there. */
async function olderTotal(
  { saleId, ledger, gate }: { readonly saleId: SaleId; readonly ledger: Ledger; readonly gate: Gate },
  epoch: Epoch,
): Promise<string | null> {
  const stock = await gate.stock(saleId, epoch);
  if (stock.kind === 'rebuilding') return 'the gate does not match the newest epoch';
  const [older] = totalsNotAtGate(await ledger.totals(saleId), stock.products);
  return older === undefined ? null : `the gate has an older total of ${older.productId}`;
}
