import type { Epoch, OrderId, SaleId } from '../domain/ids.ts';
import type { StatusOutcome } from '../engine.ts';
import type { Gate } from '../ports/gate.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { ServerLease } from './server-lease.ts';

type GatesAnswer =
  | { readonly kind: 'settled' | 'unsettled' | 'ended'; readonly saleId: SaleId }
  | { readonly kind: 'absent' }
  | { readonly kind: 'rebuilding' };

/** Which sale's gate knows the order. `rebuilding` where none does and one could not say. */
export async function askGates(
  orderId: OrderId,
  use: { readonly gate: Gate; readonly lease: ServerLease },
): Promise<GatesAnswer> {
  let rebuilding = false;
  for (const sale of use.lease.sales()) {
    const { saleId } = sale.config;
    const standing = use.lease.standing(saleId);
    if (standing.kind !== 'usable') {
      rebuilding = true;
      continue;
    }
    const answer = await use.gate.lookup(saleId, standing.epoch, orderId);
    if (answer.kind === 'rebuilding') rebuilding = true;
    else if (answer.kind !== 'absent') return { kind: answer.kind, saleId };
  }
  return { kind: rebuilding ? 'rebuilding' : 'absent' };
}

/** The sale whose gate knows an order id, by the ledger's list of sales: whoever records need not be a server. Null where none says so now. */
export async function locateOrder(
  orderId: OrderId,
  use: { readonly gate: Gate; readonly ledger: Pick<Ledger, 'sales'> },
): Promise<{ readonly saleId: SaleId; readonly epoch: Epoch } | null> {
  for (const { config, epoch } of await use.ledger.sales()) {
    if (epoch?.state !== 'open') continue;
    const answer = await use.gate.lookup(config.saleId, epoch.epoch, orderId);
    if (answer.kind !== 'absent' && answer.kind !== 'rebuilding') return { saleId: config.saleId, epoch: epoch.epoch };
  }
  return null;
}

/** The ledger first, then the gate: settled but not yet recorded is `accepted`; unsettled is unknown. */
export async function orderStatus(
  orderId: OrderId,
  use: { readonly ledger: Ledger; readonly gate: Gate; readonly lease: ServerLease; readonly telemetry: Telemetry },
): Promise<StatusOutcome> {
  try {
    for (let look = 0; look < 2; look += 1) {
      const order = await use.ledger.order(orderId);
      if (order)
        return { kind: 'status', orderId, saleId: order.saleId, state: order.state, order, history: order.history };
      const known = await askGates(orderId, use);
      if (known.kind === 'settled')
        return { kind: 'status', orderId, saleId: known.saleId, state: 'accepted', order: null, history: [] };
      if (known.kind === 'unsettled') return { kind: 'unknown' };
      if (known.kind === 'rebuilding') return { kind: 'rebuilding' };
      // Absent at the gate after absent in the ledger: it may have been recorded and the gate rebuilt in between. Look once more.
    }
    return { kind: 'unknown_order' };
  } catch (error) {
    use.telemetry.fault('order-status', error);
    return { kind: 'unknown' };
  }
}
