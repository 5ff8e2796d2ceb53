import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { type AppendVerdict, createAppendLane } from '../../../../src/engine/flows/append-lane.ts';
import type { Gate } from '../../../../src/engine/ports/gate.ts';
import type { OrderLog } from '../../../../src/engine/ports/order-log.ts';
import { epoch, orderId } from '../../../builders/ids.ts';
import { night } from '../../../support/memory-world.ts';

/** A lane whose log takes `appendMs` and whose gate takes `settleMs`. */
function aLane(maxInFlight = 2) {
  const clock = createVirtualClock();
  const world = { appendMs: 100, settleMs: 0, append: 'appended', settle: 'settled' };
  const appends: { size: number; timeoutMs: number; atMs: number }[] = [];
  const settles: { epoch: number; size: number }[] = [];
  let under = 0;
  let most = 0;
  const orderLog: Pick<OrderLog, 'append'> = {
    async append(records, timeoutMs) {
      appends.push({ size: records.length, timeoutMs, atMs: clock.monotonicMs() });
      under += 1;
      most = Math.max(most, under);
      await clock.sleep(world.appendMs);
      under -= 1;
      if (world.append === 'throws') throw new Error('a fault of the adapter');
      return world.append === 'appended' ? { kind: 'appended' } : { kind: 'unknown', cause: new Error('timed out') };
    },
  };
  const gate: Pick<Gate, 'settle'> = {
    async settle(_, ofEpoch, orderIds) {
      settles.push({ epoch: ofEpoch, size: orderIds.length });
      await clock.sleep(world.settleMs);
      if (world.settle === 'throws') throw new Error('the gate is away');
      return world.settle === 'settled' ? { kind: 'settled' } : { kind: 'rebuilding' };
    },
  };
  const lane = createAppendLane({
    // The lane calls nothing else of gate and log.
    gate: gate as Gate,
    orderLog: orderLog as OrderLog,
    clock,
    telemetry: { count: () => undefined, fault: () => undefined, note: () => undefined },
    maxInFlight,
  });
  const verdicts: (readonly [number, AppendVerdict])[] = [];
  const submit = (n: number, more: { readonly deadlineMs?: number; readonly epoch?: number } = {}) =>
    lane.submit(
      {
        saleId: night,
        orderId: orderId(n),
        epoch: epoch(more.epoch ?? 1),
        bytes: new Uint8Array(1),
        deadlineMs: more.deadlineMs ?? clock.monotonicMs() + 1_500,
      },
      (verdict) => void verdicts.push([n, verdict]),
    );
  return { clock, lane, world, appends, settles, verdicts, submit, most: () => most };
}

describe('the append lane', () => {
  it('takes all orders of a turn in one append and settles them', async () => {
    const { clock, submit, appends, settles, verdicts } = aLane();

    for (let n = 1; n <= 5; n += 1) submit(n);
    await clock.advance(200);

    expect(appends.map(({ size }) => size)).toEqual([5]);
    expect(settles).toEqual([{ epoch: 1, size: 5 }]);
    expect(verdicts).toEqual([1, 2, 3, 4, 5].map((n) => [n, 'settled']));
  });

  it('has at most so many appends under way; what waits goes together in the next', async () => {
    const { clock, submit, appends, most, lane } = aLane(2);

    for (let n = 1; n <= 10; n += 1) {
      submit(n);
      await clock.advance(1);
    }
    expect(lane.inFlight()).toBe(2);
    expect(lane.waiting()).toBe(8);
    await clock.advance(1_000);

    expect(most()).toBe(2);
    expect(appends.map(({ size }) => size)).toEqual([1, 1, 8]);
  });

  it('appends at most 1,000 records at once', async () => {
    const { clock, submit, appends } = aLane(4);

    for (let n = 1; n <= 2_500; n += 1) submit(n);
    await clock.advance(200);

    expect(appends.map(({ size }) => size)).toEqual([1_000, 1_000, 500]);
  });

  it('gives the log no longer than the deadline of the orders, measured from before the hold', async () => {
    const { clock, submit, appends } = aLane();
    await clock.advance(1_000);

    submit(1, { deadlineMs: 2_000 });
    await clock.advance(200);

    expect(appends[0]?.timeoutMs).toBe(1_000);
  });

  it('says unknown for an order whose deadline ran out in the queue, and does not append it', async () => {
    const { clock, submit, appends, verdicts, world } = aLane(1);
    world.appendMs = 400;
    submit(1);
    await clock.advance(1);

    submit(2, { deadlineMs: 300 });
    submit(3);
    await clock.advance(1_000);

    expect(appends.map(({ size }) => size)).toEqual([1, 1]);
    expect(verdicts).toEqual([
      [1, 'settled'],
      [2, 'unknown'],
      [3, 'settled'],
    ]);
  });

  it.each([
    ['the log says unknown', { append: 'unknown' }],
    ['the log throws', { append: 'throws' }],
    ['the gate has another epoch at the settle', { settle: 'rebuilding' }],
    ['the gate is away at the settle', { settle: 'throws' }],
    ['the answer of the log comes after the deadline', { appendMs: 1_501 }],
    ['the answer of the gate comes after the deadline', { settleMs: 1_401 }],
  ])('says unknown where %s', async (_, change) => {
    const { clock, submit, verdicts, world, lane } = aLane();
    Object.assign(world, change);

    submit(1);
    await clock.advance(3_000);

    expect(verdicts).toEqual([[1, 'unknown']]);
    expect(lane.inFlight()).toBe(0);
  });

  it('shares the way of an order that is on its way already', async () => {
    const { clock, submit, appends, verdicts } = aLane();

    submit(1);
    await clock.advance(50);
    submit(1);
    await clock.advance(200);

    expect(appends.map(({ size }) => size)).toEqual([1]);
    expect(verdicts).toEqual([
      [1, 'settled'],
      [1, 'settled'],
    ]);
    submit(1);
    await clock.advance(200);
    expect(appends.length).toBe(2);
  });

  it('settles each order in the epoch of its hold', async () => {
    const { clock, submit, settles } = aLane();

    submit(1, { epoch: 1 });
    submit(2, { epoch: 2 });
    submit(3, { epoch: 1 });
    await clock.advance(200);

    expect(settles).toEqual([
      { epoch: 1, size: 2 },
      { epoch: 2, size: 1 },
    ]);
  });

  it('is idle only when nothing is on its way any more', async () => {
    const { clock, submit, lane, verdicts } = aLane();
    submit(1);
    let idle = false;
    const waiting = lane.idle().then(() => {
      idle = true;
    });

    await clock.advance(50);
    expect(idle).toBe(false);
    await clock.advance(100);
    await waiting;

    expect(verdicts).toEqual([[1, 'settled']]);
    await lane.idle();
  });
});
