import type { OrderId } from '../../../engine/domain/ids.ts';
import { MarkersSeen } from '../../../engine/domain/invariants/markers-seen.ts';
import type { World } from '../world/world.ts';
import { type BrokenPromise, brokenBecause } from './broken-promise.ts';

/**
 * Invariant 3 at the moment of a yes: the order has to be in the log by then, on all replicas, and ahead of the marker of any
 * newer epoch in at least one place.
 */
export function heardTooEarly(world: World, orderId: OrderId): BrokenPromise | null {
  const { log } = world.services;
  if (log.copiesOf(orderId).length === 0)
    return brokenBecause(
      'no-lost-order',
      `a buyer heard 200 for ${orderId}, and the order log does not have it`,
      'heard_before_logged',
    );
  for (let partition = 0; partition < log.partitions; partition += 1) {
    const markers = new MarkersSeen();
    for (const entry of log.entries(partition)) {
      if (entry.kind === 'marker') markers.marker(partition, entry.marker);
      if (entry.kind === 'order' && entry.record.orderId === orderId && !markers.isLate(partition, entry.record))
        return null;
    }
  }
  return brokenBecause(
    'no-lost-order',
    `a buyer heard 200 for ${orderId}, and it stands behind the marker of a newer epoch: it is late, and no order`,
    'heard_late_order',
  );
}
