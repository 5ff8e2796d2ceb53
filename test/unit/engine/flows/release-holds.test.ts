import { expect, it } from 'vitest';
import { releaseHolds } from '../../../../src/engine/flows/release-holds.ts';
import { createMemoryWorld, night } from '../../../support/memory-world.ts';

it('keeps a release pending that a gate did not take because it was being made anew', async () => {
  const { clock, gate, ledger, openSale, place, start } = createMemoryWorld();
  const stop = start();
  await openSale(5);
  const order = await place('ann', 'key-1', 2);
  if (order.kind !== 'accepted') throw new Error(order.kind);
  await clock.advance(500);
  await stop();
  const lease = await ledger.takeLease('controller', 'test:2', 60_000);
  if (lease === null) throw new Error('somebody leads');
  const epoch = await gate.fence(night);
  if (epoch === null) throw new Error('there is no fence');
  const telemetry = { count() {}, fault() {}, note() {} };
  gate.lose();
  await ledger.transition(order.orderId, 'cancelled', 'while the gate was away');

  await releaseHolds({ saleId: night, epoch: epoch.epoch }, lease, { gate, ledger, telemetry });

  expect((await ledger.pendingReleases(night, 10)).map(({ orderId }) => orderId)).toEqual([order.orderId]);
});
