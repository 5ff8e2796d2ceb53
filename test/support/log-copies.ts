import { expect } from 'vitest';
import type { OrderId } from '../../src/engine/domain/ids.ts';
import type { LogBatch } from '../../src/engine/ports/order-log.ts';

/** Which order stands where: its id by `partition/offset`. */
function placesOf(batches: readonly LogBatch[]): ReadonlyMap<string, OrderId> {
  const places = new Map<string, OrderId>();
  for (const { partition, entries } of batches) {
    for (const entry of entries) {
      if (entry.kind === 'order') places.set(`${partition}/${entry.offset}`, entry.record.orderId);
    }
  }
  return places;
}

/** Whatever a reader was given stands in the log as it is now, at the same place: it was given nothing that vanished. */
export function expectStillThere(given: readonly LogBatch[], log: readonly LogBatch[]): void {
  const [read, now] = [placesOf(given), placesOf(log)];
  expect([...read].filter(([place, orderId]) => now.get(place) !== orderId)).toEqual([]);
}

/** Each append, heard of or not, is in the log once and as a whole, or not at all: nobody sends one twice. */
export function expectWholeAppends(asked: readonly (readonly OrderId[])[], log: readonly LogBatch[]): void {
  const copies = new Map<OrderId, number>();
  for (const orderId of placesOf(log).values()) copies.set(orderId, (copies.get(orderId) ?? 0) + 1);
  const found = asked.map((orderIds) => new Set(orderIds.map((orderId) => copies.get(orderId) ?? 0)));
  expect(found.filter((counts) => counts.size > 1 || Math.max(...counts) > 1)).toEqual([]);
}
