import type { Epoch, SaleId } from '../domain/ids.ts';
import type { Gate } from '../ports/gate.ts';
import type { OrderLog } from '../ports/order-log.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** Entries a beat appends again: one append, one settle. */
const relayLimit = 500;

/**
 * Appends outbox entries again that are older than `relayAfterMs`: their server died, or heard nothing from the log.
 * The same order id: the ledger drops repeats. Unknown ends as accepted. Returns how many entries are left that are as old.
 */
export async function relayOutbox(
  sale: { readonly saleId: SaleId; readonly epoch: Epoch },
  use: {
    readonly gate: Gate;
    readonly orderLog: Pick<OrderLog, 'append'>;
    readonly telemetry: Telemetry;
    readonly relayAfterMs: number;
    readonly appendDeadlineMs: number;
  },
): Promise<number> {
  const unsettled = await use.gate.unsettled(sale.saleId, sale.epoch, use.relayAfterMs, relayLimit);
  if (unsettled.kind === 'rebuilding' || unsettled.orders.length === 0) return 0;
  const appended = await use.orderLog.append(
    unsettled.orders.map(({ orderId, record }) => ({ orderId, bytes: record })),
    use.appendDeadlineMs,
  );
  if (appended.kind === 'unknown') {
    use.telemetry.count('relay_unknown', unsettled.orders.length);
    use.telemetry.fault('relay', appended.cause);
    return unsettled.orders.length;
  }
  const settled = await use.gate.settle(
    sale.saleId,
    sale.epoch,
    unsettled.orders.map(({ orderId }) => orderId),
  );
  if (settled.kind === 'rebuilding') return 0;
  use.telemetry.count('outbox_relayed', unsettled.orders.length);
  return unsettled.orders.length === relayLimit ? relayLimit : 0;
}
