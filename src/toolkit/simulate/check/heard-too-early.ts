import type { OrderId } from '../../../engine/domain/ids.ts';
import type { World } from '../world/world.ts';
import { type BrokenPromise, brokenBecause } from './broken-promise.ts';
import { hasInTime } from './not-late.ts';

/**
 * Invariant 3 at the moment of a yes: the order has to be in the log by then, on all replicas, and ahead of the marker of any
 * newer epoch in at least one place.
 */
export function heardTooEarly(world: World, orderId: OrderId): BrokenPromise | null {
  const { log } = world.services;
  if (!log.has(orderId))
    return brokenBecause(
      'no-lost-order',
      `a buyer heard 200 for ${orderId}, and the order log does not have it`,
      'heard_before_logged',
    );
  if (hasInTime(log.entries(), orderId)) return null;
  return brokenBecause(
    'no-lost-order',
    `a buyer heard 200 for ${orderId}, and it stands behind the marker of a newer epoch: it is late, and no order`,
    'heard_late_order',
  );
}
