import { FluxError } from '../../engine/domain/flux-error.ts';
import type { OrderId } from '../../engine/domain/ids.ts';
import type { OrderRecord } from '../../engine/domain/order.ts';
import type { LedgerOrders } from '../../engine/ports/ledger-orders.ts';
import type { LedgerSales } from '../../engine/ports/ledger-sales.ts';
import type { OrderLog } from '../../engine/ports/order-log.ts';
import type { RecordCodec } from '../../engine/ports/record-codec.ts';
import { findLetter } from './find-letter.ts';

export interface RetryParts {
  readonly ledger: Pick<LedgerOrders, 'deadLetter' | 'order' | 'removeDeadLetter'> & Pick<LedgerSales, 'sale'>;
  readonly orderLog: Pick<OrderLog, 'append'>;
  readonly codec: RecordCodec;
}

/**
 * Appends a letter's record again and forgets the letter. Safe to repeat: the ledger drops a second copy of an order.
 *
 * @throws FluxError `not_found`, `order_refused` (still not readable, or nothing would come of it), `order_log_unreachable`
 */
export async function retryLetter(use: RetryParts, id: number, timeoutMs: number): Promise<OrderId> {
  const letter = await findLetter(use.ledger, id);
  const record = readRecord(use.codec, id, letter.bytes);
  await refuseInVain(use, id, record);
  const appended = await use.orderLog.append([{ orderId: record.orderId, bytes: letter.bytes }], timeoutMs);
  if (appended.kind === 'unknown') {
    throw new FluxError(
      'order_log_unreachable',
      'the order log did not say whether it has the record; the letter is kept',
      {
        hint: `fluxgate dead-letters retry ${id}`,
        cause: appended.cause,
      },
    );
  }
  await use.ledger.removeDeadLetter(id, 'operator');
  return record.orderId;
}

function readRecord(codec: RecordCodec, id: number, bytes: Uint8Array): OrderRecord {
  try {
    return codec.decode(bytes);
  } catch (cause) {
    throw new FluxError('order_refused', `this program cannot read letter ${id} either`, {
      hint: `fluxgate dead-letters show ${id}`,
      cause,
    });
  }
}

async function refuseInVain({ ledger }: RetryParts, id: number, record: OrderRecord): Promise<void> {
  const known = await ledger.order(record.orderId);
  if (known !== null) {
    throw new FluxError('order_refused', `the ledger has order ${record.orderId} already: it is ${known.state}`, {
      hint: `fluxgate order show ${record.orderId}`,
    });
  }
  const epoch = (await ledger.sale(record.saleId))?.epoch?.epoch;
  if (epoch === undefined || record.epoch >= epoch) return;
  throw new FluxError(
    'order_refused',
    `order ${record.orderId} is of epoch ${record.epoch}, sale ${record.saleId} is in epoch ${epoch}: it would be late and skipped`,
    { hint: `fluxgate dead-letters show ${id}` },
  );
}
