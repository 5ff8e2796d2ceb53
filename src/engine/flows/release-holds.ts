import type { Epoch, SaleId } from '../domain/ids.ts';
import type { Gate } from '../ports/gate.ts';
import type { Lease } from '../ports/ledger.ts';
import type { LedgerOrders } from '../ports/ledger-orders.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** Releases a beat sends: one call to the gate. */
const releaseLimit = 500;

/** Gives units back to the gate that the ledger has already ended; each stays pending there until the gate said yes in the newest epoch. */
export async function releaseHolds(
  sale: { readonly saleId: SaleId; readonly epoch: Epoch },
  lease: Lease,
  use: { readonly gate: Gate; readonly ledger: LedgerOrders; readonly telemetry: Telemetry },
): Promise<void> {
  const pending = await use.ledger.pendingReleases(sale.saleId, releaseLimit);
  if (pending.length === 0) return;
  const released = await use.gate.release(sale.saleId, sale.epoch, pending);
  if (released.kind === 'rebuilding') return;
  const orderIds = pending.map(({ orderId }) => orderId);
  await use.ledger.acknowledgeReleases(sale.saleId, sale.epoch, orderIds, lease);
  use.telemetry.count('releases_acknowledged', orderIds.length);
}
