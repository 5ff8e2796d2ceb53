import { describe, expect, it } from 'vitest';
import { createMemoryGate } from '../../../../src/adapters/memory/memory-gate.ts';
import { createMemoryLedger } from '../../../../src/adapters/memory/memory-ledger.ts';
import { createMemoryOrderLog } from '../../../../src/adapters/memory/memory-order-log.ts';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { jsonRecordCodec } from '../../../../src/adapters/node/json-record-codec.ts';
import { mainGate, type ServerId } from '../../../../src/engine/domain/ids.ts';
import { addMs } from '../../../../src/engine/domain/time.ts';
import { type RebuildVerdict, rebuildGate } from '../../../../src/engine/flows/rebuild-gate.ts';
import { recordOrders } from '../../../../src/engine/flows/record-orders.ts';
import { createServerRows } from '../../../../src/engine/flows/server-rows.ts';
import type { Gate } from '../../../../src/engine/ports/gate.ts';
import type { Lease, Ledger } from '../../../../src/engine/ports/ledger.ts';
import { epoch } from '../../../builders/ids.ts';
import { createMemoryWorld, night, ticket } from '../../../support/memory-world.ts';

const quiet = { count: () => undefined, fault: () => undefined, note: () => undefined };
const server = 'server-1' as ServerId;

/** A sale with 5 units and a rebuild of its gate, whose steps are written down. */
async function aRebuild(options: { readonly consumers?: boolean } = {}) {
  const clock = createVirtualClock();
  const ledgerClock = { setMs: 0 };
  const ledger = createMemoryLedger({ clock: { ...clock, now: () => addMs(clock.now(), ledgerClock.setMs) } });
  const gate = createMemoryGate({ clock });
  const orderLog = createMemoryOrderLog({ partitions: 2, clock, codec: jsonRecordCodec });
  const steps: string[] = [];
  const stop = new AbortController();
  const world: { lease: Lease | null; gate: Partial<Gate>; ledger: Partial<Ledger> } = {
    lease: null,
    gate: {},
    ledger: {},
  };
  const seen = <Port extends object>(port: Port, overrides: () => Partial<Port>, names: readonly string[]): Port =>
    new Proxy(port, {
      get(target, name) {
        const value: unknown = Reflect.get(overrides(), name) ?? Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (names.includes(String(name)) && steps.at(-1) !== name) steps.push(String(name));
          return Reflect.apply(value, target, args);
        };
      },
    });
  await ledger.saveSale(
    { saleId: night, state: 'open', products: [{ productId: ticket }] },
    { actor: 'test', newSecret: 'a'.repeat(64) },
  );
  await ledger.setTotal(night, ticket, 5, 0, 'test');
  world.lease = await ledger.takeLease('controller', 'test', 600_000);
  if (options.consumers !== false) {
    const use = { ledger, telemetry: quiet, locate: async () => null };
    void orderLog.read('ledger', (batch) => recordOrders(batch, use), stop.signal);
  }
  const seenLedger = seen<Ledger>(ledger, () => world.ledger, [
    'nextEpoch',
    'serverRows',
    'partitionsPast',
    'snapshot',
    'openEpoch',
  ]);
  const servers = createServerRows({ ledger: seenLedger, clock });
  const use = {
    gate: seen<Gate>(gate, () => world.gate, ['raiseFence', 'begin', 'load', 'open']),
    ledger: seenLedger,
    servers,
    orderLog: seen(orderLog, () => ({}), ['mark']),
    clock,
    telemetry: quiet,
    serverLeaseMs: 10_000,
    appendDeadlineMs: 1_500,
  };
  const signal = new AbortController();
  let verdict: RebuildVerdict | Error | null = null;
  function begin(): void {
    verdict = null;
    void rebuildGate({ saleId: night, gateId: mainGate, reason: 'test' }, () => world.lease, signal.signal, use)
      .then((each) => {
        verdict = each;
      })
      .catch((error: Error) => {
        verdict = error;
      });
  }
  async function rebuilt(): Promise<RebuildVerdict | Error | null> {
    begin();
    await clock.advance(60_000);
    return verdict;
  }
  const marked = async () => {
    let markers = 0;
    for await (const { entries } of orderLog.scan()) markers += entries.filter(({ kind }) => kind === 'marker').length;
    return markers;
  };
  return {
    clock,
    ledgerClock,
    ledger,
    gate,
    orderLog,
    servers,
    steps,
    world,
    signal,
    begin,
    rebuilt,
    marked,
    verdict: () => verdict,
  };
}

describe('rebuilding a gate', () => {
  it('opens the first epoch without waiting for anybody and without a marker', async () => {
    const { rebuilt, steps, marked, clock } = await aRebuild();

    const before = clock.monotonicMs();
    expect(await rebuilt()).toMatchObject({ kind: 'opened', epoch: { epoch: 1, state: 'open' } });

    expect(before).toBe(0);
    expect(steps).toEqual(['nextEpoch', 'raiseFence', 'begin', 'snapshot', 'load', 'open', 'openEpoch']);
    expect(await marked()).toBe(0);
  });

  it('goes every step of a later epoch in order, with the marker in every partition', async () => {
    const { rebuilt, steps, marked } = await aRebuild();
    await rebuilt();
    steps.length = 0;

    expect(await rebuilt()).toMatchObject({ kind: 'opened', epoch: { epoch: 2 } });

    expect(steps).toEqual([
      'nextEpoch',
      'raiseFence',
      'serverRows',
      'mark',
      'partitionsPast',
      'begin',
      'snapshot',
      'load',
      'open',
      'openEpoch',
    ]);
    expect(await marked()).toBe(2);
  });

  it('waits for a server that has not seen the epoch, then for the append deadline, before it writes the marker', async () => {
    const { rebuilt, begin, clock, ledger, marked, verdict } = await aRebuild();
    await rebuilt();
    const views = await ledger.renewServer(server, 1);
    expect(views.length).toBe(1);

    begin();
    await clock.advance(4_000);
    expect(await marked()).toBe(0);
    await ledger.renewServer(server, 2);
    await clock.advance(1_540);
    expect(await marked()).toBe(0);
    await clock.advance(200);

    expect(await marked()).toBe(2);
    expect(verdict()).toMatchObject({ kind: 'opened' });
  });

  it('waits for a silent server for L from when its row was first seen as it is, then for the append deadline', async () => {
    const { rebuilt, begin, clock, ledger, marked } = await aRebuild();
    await rebuilt();
    await ledger.renewServer(server, 1);
    await clock.advance(20_000);

    begin();
    await clock.advance(11_400);
    expect(await marked()).toBe(0);
    await clock.advance(300);

    expect(await marked()).toBe(2);
  });

  it.each([
    { setMs: 3_600_000, to: 'forward' },
    { setMs: -3_600_000, to: 'back' },
  ])('waits for a silent server as long where the clock of the ledger is set $to meanwhile', async ({ setMs }) => {
    const { rebuilt, begin, clock, ledgerClock, ledger, marked } = await aRebuild();
    await rebuilt();
    await ledger.renewServer(server, 1);

    begin();
    await clock.advance(1_000);
    ledgerClock.setMs += setMs;
    await clock.advance(10_400);
    expect(await marked()).toBe(0);
    await clock.advance(300);

    expect(await marked()).toBe(2);
  });

  it('waits for the rest of L where it was seen before how long a server had been silent', async () => {
    const { rebuilt, begin, clock, ledger, servers, marked } = await aRebuild();
    await rebuilt();
    await ledger.renewServer(server, 1);
    await servers.look();
    await clock.advance(6_000);

    begin();
    await clock.advance(5_400);
    expect(await marked()).toBe(0);
    await clock.advance(200);

    expect(await marked()).toBe(2);
  });

  it('waits for the append deadline of a server that was silent for L: it may have begun within it', async () => {
    const { rebuilt, begin, clock, ledger, servers, marked } = await aRebuild();
    await rebuilt();
    await ledger.renewServer(server, 1);
    await servers.look();
    await clock.advance(11_000);

    begin();
    await clock.advance(1_400);
    expect(await marked()).toBe(0);
    await clock.advance(200);
    expect(await marked()).toBe(2);
  });

  it('waits for nobody where all servers have been silent for twice L', async () => {
    const { rebuilt, begin, clock, ledger, servers, marked } = await aRebuild();
    await rebuilt();
    await ledger.renewServer(server, 1);
    await servers.look();
    await clock.advance(20_000);

    begin();
    await clock.advance(10);

    expect(await marked()).toBe(2);
  });

  it('waits for nobody where no server is known', async () => {
    const { rebuilt, begin, clock, marked } = await aRebuild();
    await rebuilt();

    begin();
    await clock.advance(10);

    expect(await marked()).toBe(2);
  });

  it('opens only when the consumers of every partition have passed the marker', async () => {
    const { rebuilt, begin, clock, ledger, verdict } = await aRebuild({ consumers: false });
    await rebuilt();
    const marker = { saleId: night, gateId: mainGate, epoch: epoch(2) };
    const pass = (partition: number) =>
      ledger.record({ groupId: 'ledger', partition, entries: [{ kind: 'marker', marker }], nextOffset: 1n });

    begin();
    await clock.advance(5_000);
    await pass(0);
    await clock.advance(5_000);
    expect(verdict()).toBeNull();
    await pass(1);
    await clock.advance(100);

    expect(verdict()).toMatchObject({ kind: 'opened' });
  });

  it('writes no marker when it is told to stop while it waits', async () => {
    const { rebuilt, begin, clock, ledger, marked, signal, verdict } = await aRebuild();
    await rebuilt();
    await ledger.renewServer(server, 1);
    begin();
    await clock.advance(1_000);
    await ledger.renewServer(server, 2);
    await clock.advance(200);

    signal.abort();
    await clock.advance(5_000);

    expect(verdict()).toMatchObject({ kind: 'abandoned' });
    expect(await marked()).toBe(0);
  });

  it('stops where a newer epoch was taken while it waited', async () => {
    const { rebuilt, begin, clock, ledger, gate, world, verdict } = await aRebuild();
    await rebuilt();
    await ledger.renewServer(server, 1);
    begin();
    await clock.advance(1_000);

    if (world.lease) await ledger.nextEpoch(night, mainGate, 'another', world.lease);
    await clock.advance(200);

    expect(verdict()).toEqual({ kind: 'abandoned', why: 'a newer epoch was taken' });
    expect((await gate.fence(night))?.state).toBe('building');
  });

  it('stops where the lease was lost while it waited', async () => {
    const { rebuilt, begin, clock, ledger, world, verdict } = await aRebuild();
    await rebuilt();
    await ledger.renewServer(server, 1);
    begin();
    await clock.advance(1_000);

    world.lease = null;
    await clock.advance(200);

    expect(verdict()).toEqual({ kind: 'abandoned', why: 'the lease was lost' });
  });

  it('takes no epoch without the lease, and none with a lease that is somebody else’s by now', async () => {
    const { rebuilt, ledger, world, clock } = await aRebuild();
    const mine = world.lease;
    world.lease = null;
    expect(await rebuilt()).toMatchObject({ kind: 'abandoned' });
    await clock.advance(600_000);
    await ledger.takeLease('controller', 'another', 600_000);
    world.lease = mine;

    expect(await rebuilt()).toMatchObject({ code: 'lease_lost' });
    expect((await ledger.sale(night))?.epoch).toBeNull();
  });

  it.each(['begin', 'load', 'open'] as const)(
    'stops where the gate refuses to %s, and leaves the epoch unopened',
    async (step) => {
      const { rebuilt, world, ledger } = await aRebuild();
      world.gate = { [step]: async () => ({ kind: 'refused' }) };

      expect(await rebuilt()).toMatchObject({ kind: 'abandoned' });
      expect((await ledger.sale(night))?.epoch?.state).toBe('taken');
      world.gate = {};
      expect(await rebuilt()).toMatchObject({ kind: 'opened', epoch: { epoch: 2 } });
    },
  );

  it('does not open an epoch in the ledger over a newer one', async () => {
    const { rebuilt, world, ledger, gate } = await aRebuild();
    world.gate = {
      open: async (...args) => {
        if (world.lease) await ledger.nextEpoch(night, mainGate, 'another', world.lease);
        return gate.open(...args);
      },
    };

    expect(await rebuilt()).toEqual({ kind: 'abandoned', why: 'a newer epoch was taken' });
    expect((await ledger.sale(night))?.epoch).toMatchObject({ epoch: 2, state: 'taken' });
  });

  it('stops where the gate is lost in the middle of the snapshot', async () => {
    const { rebuilt, world, gate } = await aRebuild();
    world.gate = {
      load: async (...args) => {
        const loaded = await gate.load(...args);
        gate.restart();
        return loaded;
      },
    };

    expect(await rebuilt()).toEqual({ kind: 'abandoned', why: 'the gate refused to open' });
  });

  it('reads on while the gate writes, but writes nothing beside the head', async () => {
    const { rebuilt, world, gate, ledger, clock } = await aRebuild();
    let written = 0;
    const seen: string[] = [];
    world.gate = {
      load: async (saleId, each, chunk) => {
        seen.push(`${chunk.kind} begun, ${written} written`);
        await clock.sleep(10, new AbortController().signal);
        written += 1;
        return gate.load(saleId, each, chunk);
      },
    };
    world.ledger = {
      async *snapshot(saleId) {
        for await (const chunk of ledger.snapshot(saleId)) yield chunk;
        for (let n = 0; n < 2; n += 1) yield { kind: 'orders', orders: [] };
      },
    };

    expect(await rebuilt()).toMatchObject({ kind: 'opened' });

    expect(seen).toEqual(['head begun, 0 written', 'orders begun, 1 written', 'orders begun, 1 written']);
    expect(written).toBe(3);
  });

  it('fails where a piece could not be written, once nothing of the attempt is on its way', async () => {
    const { begin, world, clock, ledger, verdict } = await aRebuild();
    let underWay = 0;
    world.gate = {
      load: async (_saleId, _epoch, chunk) => {
        if (chunk.kind === 'head') return { kind: 'loaded' };
        underWay += 1;
        await clock.sleep(underWay * 10, new AbortController().signal);
        underWay -= 1;
        throw new Error('away');
      },
    };
    world.ledger = {
      async *snapshot(saleId) {
        for await (const chunk of ledger.snapshot(saleId)) yield chunk;
        for (let n = 0; n < 3; n += 1) yield { kind: 'orders', orders: [] };
      },
    };

    begin();
    await clock.advance(15);
    expect([underWay, verdict()]).toEqual([1, null]);
    await clock.advance(10);

    expect(underWay).toBe(0);
    expect(verdict()).toMatchObject({ message: 'away' });
  });

  it('goes on where the gate cannot be reached for the fence', async () => {
    const { rebuilt, world } = await aRebuild();
    world.gate = { raiseFence: async () => Promise.reject(new Error('away')) };

    expect(await rebuilt()).toMatchObject({ kind: 'opened' });
  });
});

describe('after a rebuild', () => {
  it('ended ids stay known, units and buyers’ limits are as before', async () => {
    const world = createMemoryWorld();
    world.start();
    await world.openSale(5, { limitPerUser: 2 });
    const kept = await world.place('ann', 'kept', 1);
    const gone = await world.place('ann', 'gone', 1);
    if (gone.kind === 'accepted') await world.within(5_000, world.engine.cancelOrder(gone.orderId));

    world.gate.lose();
    await world.clock.advance(10_000);

    expect(await world.place('ann', 'kept')).toEqual({ ...kept, kind: 'duplicate' });
    expect(await world.place('ann', 'gone')).toEqual({ ...gone, kind: 'duplicate' });
    expect((await world.place('ann', 'more', 1)).kind).toBe('accepted');
    expect((await world.place('ann', 'too-many', 1)).kind).toBe('over_limit');
    await world.clock.advance(500);
    expect(await world.engine.inventory(ticket, night)).toMatchObject({ total: 5, free: 3, sold: 2, epoch: 2 });
  });

  it.each(['lose', 'restart'] as const)('orders are taken again without an operator (%s)', async (kind) => {
    const world = createMemoryWorld();
    world.start();
    await world.openSale(5);
    world.gate[kind]();

    expect((await world.place('ann', 'key-1')).kind).toBe('rebuilding');
    await world.clock.advance(5_000);

    expect((await world.place('ann', 'key-1')).kind).toBe('accepted');
    expect(world.counts).toMatchObject({ gate_rebuilt: 2 });
  });

  it('skips a late record behind the marker, and decides the same key anew', async () => {
    const world = createMemoryWorld();
    world.start();
    await world.openSale(5);
    world.orderLog.failNextAppend('lost');
    expect((await world.place('ann', 'key-1')).kind).toBe('unknown');
    const outbox = await world.gate.unsettled(night, epoch(1), 0, 1);
    world.gate.lose();
    await world.clock.advance(8_000);

    if (outbox.kind === 'unsettled')
      await world.orderLog.append(
        outbox.orders.map(({ orderId, record }) => ({ orderId, bytes: record })),
        1_000,
      );
    await world.clock.advance(500);

    expect(world.counts['orders_late']).toBe(1);
    expect(await world.engine.inventory(ticket, night)).toMatchObject({ free: 5, sold: 0 });
    expect((await world.place('ann', 'key-1')).kind).toBe('accepted');
    await world.clock.advance(500);
    expect(await world.engine.inventory(ticket, night)).toMatchObject({ free: 4, sold: 1 });
  });
});
