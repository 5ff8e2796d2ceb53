import { FluxError } from '../domain/flux-error.ts';
import { type Epoch, mainGate, type OrderId, type SaleId } from '../domain/ids.ts';
import type { LedgerFleet } from '../ports/ledger-fleet.ts';
import type { LedgerOrders } from '../ports/ledger-orders.ts';
import { type LogBatch, type LogEntry, ledgerGroup } from '../ports/order-log.ts';
import type { Telemetry } from '../ports/telemetry.ts';

type Recordable = Exclude<LogEntry, { kind: 'malformed' }>;

interface RecordOrdersParts {
  readonly ledger: LedgerOrders & Pick<LedgerFleet, 'reportFence'>;
  readonly telemetry: Telemetry;
  /** The sale whose gate knows an order id; null where none does, or where its gate is being made anew. */
  readonly locate: (orderId: OrderId) => Promise<{ readonly saleId: SaleId; readonly epoch: Epoch } | null>;
}

/**
 * Writes a batch of the log into the ledger. Resolves once everything of it is recorded, repeated, late, revoked or a dead
 * letter; rejects where the ledger does not answer, and the batch comes again: all of it is safe to repeat.
 */
export async function recordOrders(batch: LogBatch, use: RecordOrdersParts): Promise<void> {
  let sinceLast: Recordable[] = [];
  for (const entry of batch.entries) {
    if (entry.kind !== 'malformed') {
      sinceLast.push(entry);
      continue;
    }
    await recordAll(batch, sinceLast, entry.offset, use);
    sinceLast = [];
    await bury(batch.partition, entry, use);
  }
  await recordAll(batch, sinceLast, batch.nextOffset, use);
}

/**
 * Keeps a record that nobody can read. Where its order id is readable and a gate knows it, the order becomes revoked and the
 * gate is made anew: what was held is in the unreadable bytes, so only a rebuild can give those units back.
 */
async function bury(
  partition: number,
  entry: Extract<LogEntry, { kind: 'malformed' }>,
  use: RecordOrdersParts,
): Promise<void> {
  const { offset, orderId, bytes, reason } = entry;
  const sale = orderId === null ? null : await use.locate(orderId);
  await use.ledger.storeDeadLetter({ partition, offset, orderId, saleId: sale?.saleId ?? null, reason, bytes });
  use.telemetry.count('dead_letters');
  const text = `dead letter at partition ${partition}, offset ${offset}: ${reason}`;
  use.telemetry.fault('record-orders', new FluxError('record_malformed', text, { hint: 'fluxgate dead-letters list' }));
  if (sale) await use.ledger.reportFence(sale.saleId, mainGate, sale.epoch, 'dead_letter');
}

async function recordAll(
  batch: LogBatch,
  entries: readonly Recordable[],
  nextOffset: bigint,
  use: RecordOrdersParts,
): Promise<void> {
  const { partition } = batch;
  const result = await use.ledger.record({ groupId: ledgerGroup, partition, entries, nextOffset });
  if (result.kind === 'refused') return recordOneByOne(batch, entries, nextOffset, use);
  use.telemetry.count('orders_recorded', result.recorded);
  use.telemetry.count('orders_repeated', result.repeated);
  use.telemetry.count('orders_late', result.late);
}

/** The ledger refused the batch: replayed order by order, so that only those that break a rule are revoked. */
async function recordOneByOne(
  batch: LogBatch,
  entries: readonly Recordable[],
  nextOffset: bigint,
  use: RecordOrdersParts,
): Promise<void> {
  const { partition } = batch;
  for (const entry of entries) {
    // The position moves on with the last entry only: until then a crash replays the batch.
    const result = await use.ledger.record({ groupId: ledgerGroup, partition, entries: [entry], nextOffset: 0n });
    if (result.kind === 'recorded') {
      use.telemetry.count('orders_recorded', result.recorded);
      use.telemetry.count('orders_repeated', result.repeated);
      use.telemetry.count('orders_late', result.late);
    } else if (entry.kind === 'order') {
      await revokeOrBury(batch.partition, entry, result.rule, use);
    } else {
      throw new FluxError('fault', `The ledger refused an epoch marker: ${result.rule}`);
    }
  }
  await use.ledger.record({ groupId: ledgerGroup, partition, entries: [], nextOffset });
}

/**
 * Never oversold: the gate was wrong about these units, gets none back, and is made anew. An order of which not even that can
 * be written (of a sale that the ledger does not know) is kept like one that nobody can read: the partition goes on.
 */
async function revokeOrBury(
  partition: number,
  { record, offset, bytes }: Extract<LogEntry, { kind: 'order' }>,
  rule: string,
  use: RecordOrdersParts,
): Promise<void> {
  const { kind } = await use.ledger.revoke(record, rule, { release: false });
  if (kind === 'refused') {
    const reason = `the ledger can record no order of this kind: ${rule}`;
    return bury(partition, { kind: 'malformed', offset, orderId: record.orderId, bytes, reason }, use);
  }
  use.telemetry.count('orders_revoked');
  use.telemetry.note('record-orders', `revoked order ${record.orderId} of sale ${record.saleId}: ${rule}`);
  await use.ledger.reportFence(record.saleId, record.gateId, record.epoch, 'revoked');
}
