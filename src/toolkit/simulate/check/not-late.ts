import type { OrderId } from '../../../engine/domain/ids.ts';
import { MarkersSeen } from '../../../engine/domain/invariants/markers-seen.ts';
import type { LogEntry } from '../../../engine/ports/order-log.ts';

type OrderEntry = Extract<LogEntry, { readonly kind: 'order' }>;

/** The readable records of a log, given as the entries of each partition, that are not late: each is an order. */
export function* notLate(
  log: readonly (readonly LogEntry[])[],
): Generator<OrderEntry & { readonly partition: number }, void> {
  const markers = new MarkersSeen();
  for (const [partition, entries] of log.entries()) {
    for (const entry of entries) {
      if (entry.kind === 'marker') markers.marker(partition, entry.marker);
      if (entry.kind === 'order' && !markers.isLate(partition, entry.record)) yield { ...entry, partition };
    }
  }
}

/** Whether one of them is of this order. Asked at each yes: it makes nothing of all the others. */
export function hasInTime(log: readonly (readonly LogEntry[])[], orderId: OrderId): boolean {
  const markers = new MarkersSeen();
  return log.some((entries, partition) =>
    entries.some((entry) => {
      if (entry.kind === 'marker') markers.marker(partition, entry.marker);
      return entry.kind === 'order' && entry.record.orderId === orderId && !markers.isLate(partition, entry.record);
    }),
  );
}
