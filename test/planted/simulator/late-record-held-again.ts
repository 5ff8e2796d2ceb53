import type { EngineParts } from '../../../src/engine/create-engine.ts';
import { FluxError } from '../../../src/engine/domain/flux-error.ts';
import type { Epoch } from '../../../src/engine/domain/ids.ts';
import type { OrderRecord } from '../../../src/engine/domain/order.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';

export const bug: PlantedBug = {
  name: 'late-record-held-again',
  story:
    'A late record is somebody who wanted to buy and hears nothing, so the consumer asks the newest gate once more for his units, ' +
    'and records him in its epoch. A gate that is being made anew cannot be asked, so the consumer waits until it is open: and ' +
    'the gate is not opened before this consumer has passed the marker that stands behind that record.',
  plant: (parts) => {
    const marked = new Map<number, Epoch>();
    return {
      ...parts,
      ledger: {
        ...parts.ledger,
        async record(batch) {
          const entries: (typeof batch.entries)[number][] = [];
          for (const entry of batch.entries) {
            const passed = marked.get(batch.partition) ?? 0;
            if (entry.kind === 'marker' && entry.marker.epoch > passed) marked.set(batch.partition, entry.marker.epoch);
            const isLate = entry.kind === 'order' && entry.record.epoch < passed;
            entries.push(isLate ? { ...entry, record: await heldAgain(entry.record, parts) } : entry);
          }
          return parts.ledger.record({ ...batch, entries });
        },
      },
    };
  },
};

/** The record as the newest gate has it now; as it was where that gate has no units for it. */
async function heldAgain(record: OrderRecord, { ledger, gate, codec }: EngineParts): Promise<OrderRecord> {
  const { saleId, orderId } = record;
  const sale = await ledger.sale(saleId);
  if (sale?.epoch?.state !== 'open') throw new FluxError('gate_unreachable', `${orderId} waits for an open gate`);
  const { epoch } = sale.epoch;
  const again = { ...record, epoch };
  const request = { ...again, admitted: true, record: codec.encode(again) };
  const [outcome] = await gate.hold({ saleId, epoch, configVersion: sale.config.version, requests: [request] });
  if (outcome?.kind === 'rebuilding') throw new FluxError('gate_unreachable', `${orderId} waits for an open gate`);
  if (outcome?.kind !== 'held') return record;
  await gate.settle(saleId, epoch, [orderId]);
  return again;
}
