import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import type { HoldBatch, HoldOutcome } from '../../../../src/engine/domain/hold.ts';
import type { PassId, SaleId } from '../../../../src/engine/domain/ids.ts';
import type { SaleView } from '../../../../src/engine/domain/ledger-facts.ts';
import { createHoldTurns, type TurnOutcome } from '../../../../src/engine/flows/hold-turns.ts';
import type { PendingOrder } from '../../../../src/engine/flows/pending-order.ts';
import type { Gate } from '../../../../src/engine/ports/gate.ts';
import type { WaitingRoom } from '../../../../src/engine/ports/waiting-room.ts';
import { aSale } from '../../../builders/a-sale.ts';
import { anOrder } from '../../../builders/an-order.ts';
import { epoch, saleId } from '../../../builders/ids.ts';

function viewOf(id: SaleId, admissionRate: number | null = null): SaleView {
  const row = { saleId: id, gateId: 'main', epoch: epoch(3), number: 7, state: 'open', reason: 'test' };
  return {
    config: aSale().with({ saleId: id, admissionRate }).config,
    orderIdSecret: 'a'.repeat(64),
    // A row as the ledger would brand it.
    epoch: row as unknown as SaleView['epoch'],
  };
}

/** Turns over a gate that answers with `answer`, and a room that grants `granted`. */
function someTurns() {
  const clock = createVirtualClock();
  const batches: HoldBatch[] = [];
  const asked: number[] = [];
  const reported: SaleId[] = [];
  const world: { answer: (batch: HoldBatch) => readonly HoldOutcome[]; granted: number; room: 'open' | 'rebuilding' } =
    {
      answer: (batch) => batch.requests.map(({ orderId }) => ({ kind: 'held', orderId })),
      granted: 1,
      room: 'open',
    };
  const gate: Pick<Gate, 'hold'> = {
    async hold(batch) {
      batches.push({
        ...batch,
        requests: batch.requests.map((request) => ({ ...request, admitted: request.admitted })),
      });
      return world.answer(batch);
    },
  };
  const room: Pick<WaitingRoom, 'admit'> = {
    async admit(_sale, _epoch, _rate, wanted) {
      asked.push(wanted);
      if (world.room === 'rebuilding') return { kind: 'rebuilding' };
      const place = { epoch: epoch(3), counter: 0 };
      return { kind: 'admitted', granted: world.granted, progress: { admittedUpTo: place, lastPlace: place } };
    },
  };
  const turns = createHoldTurns({
    // The turns call nothing else of gate and room.
    gate: gate as Gate,
    room: room as WaitingRoom,
    clock,
    telemetry: { count: () => undefined, fault: () => undefined, note: () => undefined },
    onRebuilding: (sale) => void reported.push(sale.config.saleId),
  });
  const outcomes: (readonly [number, TurnOutcome['kind']])[] = [];
  const submit = (sale: SaleView, n: number, passId: string | null = null) =>
    turns.submit(
      // What the turns and the gate look at of a pending order.
      {
        ...anOrder(n).request,
        passId: passId as PassId | null,
        admitted: true,
        sale,
        saleId: sale.config.saleId,
      } as PendingOrder,
      (outcome) => void outcomes.push([n, outcome.kind]),
    );
  return { clock, world, batches, asked, reported, outcomes, submit };
}

describe('the hold turns', () => {
  it('ask the gate once a turn and sale, in the order of arrival, with epoch and version of the sale', async () => {
    const { clock, submit, batches, outcomes } = someTurns();
    const [a, b] = [viewOf(saleId('a')), viewOf(saleId('b'))];

    submit(a, 1);
    submit(b, 2);
    submit(a, 3);
    await clock.settle();

    expect(batches.map((batch) => [batch.saleId, batch.epoch, batch.configVersion, batch.requests.length])).toEqual([
      ['a', 3, 1, 2],
      ['b', 3, 1, 1],
    ]);
    expect(outcomes.map(([n]) => n)).toEqual([1, 3, 2]);
    submit(a, 4);
    await clock.settle();
    expect(batches.length).toBe(3);
  });

  it('never send more than 512 requests in one call, and lose none', async () => {
    const { clock, submit, batches, outcomes } = someTurns();
    const sale = viewOf(saleId());

    for (let n = 1; n <= 1_100; n += 1) submit(sale, n);
    await clock.settle();

    expect(batches.map(({ requests }) => requests.length)).toEqual([512, 512, 76]);
    expect(outcomes.map(([n]) => n)).toEqual(Array.from({ length: 1_100 }, (_, index) => index + 1));
  });

  it('say unknown to all where the gate throws, and to those that it left out', async () => {
    const { clock, submit, world, outcomes } = someTurns();
    const sale = viewOf(saleId());
    world.answer = () => {
      throw new Error('the gate is away');
    };
    submit(sale, 1);
    submit(sale, 2);
    await clock.settle();
    world.answer = (batch) => batch.requests.slice(0, 1).map(({ orderId }) => ({ kind: 'held', orderId }));
    submit(sale, 3);
    submit(sale, 4);
    await clock.settle();

    expect(outcomes).toEqual([
      [1, 'unknown'],
      [2, 'unknown'],
      [3, 'held'],
      [4, 'unknown'],
    ]);
  });

  it('give each request the outcome that the gate gave it', async () => {
    const { clock, submit, world, outcomes } = someTurns();
    const sale = viewOf(saleId());
    world.answer = ({ requests }) =>
      requests.map(({ orderId }, index) => (index === 1 ? { kind: 'not_admitted' } : { kind: 'held', orderId }));

    for (const n of [5, 6, 7]) submit(sale, n);
    await clock.settle();

    expect(outcomes).toEqual([
      [5, 'held'],
      [6, 'not_admitted'],
      [7, 'held'],
    ]);
  });

  it('report a fence that does not match, once a turn', async () => {
    const { clock, submit, world, reported } = someTurns();
    const sale = viewOf(saleId());
    world.answer = ({ requests }) => requests.map(() => ({ kind: 'rebuilding' }));

    submit(sale, 1);
    submit(sale, 2);
    await clock.settle();

    expect(reported).toEqual([saleId()]);
  });

  it('ask the rate only for direct requests, and leave it to the pass to admit whoever shows one', async () => {
    const { clock, submit, asked, batches } = someTurns();
    const sale = viewOf(saleId(), 10);

    submit(sale, 1);
    submit(sale, 2, '1-1');
    submit(sale, 3);
    await clock.settle();

    expect(asked).toEqual([2]);
    expect(batches[0]?.requests.map(({ admitted }) => admitted)).toEqual([true, false, false]);
  });

  it('do not ask the room of a sale without a rate, and go nowhere while the room is rebuilding', async () => {
    const { clock, submit, asked, batches, world, outcomes } = someTurns();
    submit(viewOf(saleId('free')), 1);
    await clock.settle();
    expect(asked).toEqual([]);

    world.room = 'rebuilding';
    submit(viewOf(saleId('rated'), 10), 2);
    await clock.settle();

    expect(batches.length).toBe(1);
    expect(outcomes.at(-1)).toEqual([2, 'rebuilding']);
  });
});
