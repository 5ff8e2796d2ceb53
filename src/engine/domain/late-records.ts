import type { Epoch, GateId, SaleId } from './ids.ts';
import type { OrderRecord } from './order.ts';

/** An epoch marker as a value: whatever stands behind it in its partition with a lower epoch is late. */
interface Marker {
  readonly saleId: SaleId;
  readonly gateId: GateId;
  readonly epoch: Epoch;
}

type Entry =
  | { readonly kind: 'order'; readonly record: OrderRecord }
  | { readonly kind: 'marker'; readonly marker: Marker };

export interface LateSplit {
  /** Records that count, in the order of the log. Repeats are still among them. */
  readonly orders: readonly OrderRecord[];
  /** How many stand behind the marker of a newer epoch: nobody was told yes for them. */
  readonly late: number;
  /** The newest marker a sale and gate of those that this batch brings, where it is newer than what was known before. */
  readonly markers: readonly Marker[];
}

/** The sale and gate of an entry as one key. A sale id has no `/` (see parseSaleId), so no two pairs share a key. */
export function markerKey(saleId: SaleId, gateId: GateId): string {
  return `${saleId}/${gateId}`;
}

/**
 * Tells late records from orders: a record is late exactly where a marker of its sale and gate with a higher epoch stands
 * before it in its partition, in this batch or in an earlier one (`markersBefore`: newest epoch by markerKey).
 */
export function splitLate(entries: readonly Entry[], markersBefore: ReadonlyMap<string, Epoch>): LateSplit {
  const newest = new Map<string, Epoch>(markersBefore);
  const raised = new Map<string, Marker>();
  const orders: OrderRecord[] = [];
  let late = 0;
  for (const entry of entries) {
    if (entry.kind === 'order') {
      const { record } = entry;
      const marked = newest.get(markerKey(record.saleId, record.gateId));
      if (marked !== undefined && marked > record.epoch) late += 1;
      else orders.push(record);
    } else {
      const { marker } = entry;
      const key = markerKey(marker.saleId, marker.gateId);
      const marked = newest.get(key);
      if (marked !== undefined && marked >= marker.epoch) continue;
      newest.set(key, marker.epoch);
      raised.set(key, marker);
    }
  }
  return { orders, late, markers: [...raised.values()] };
}
