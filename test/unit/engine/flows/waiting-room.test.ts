import { describe, expect, it } from 'vitest';
import type { SaleId, UserId } from '../../../../src/engine/domain/ids.ts';
import type { TicketOutcome } from '../../../../src/engine/engine.ts';
import { rotationTimes } from '../../../../src/toolkit/keys/rotate-key.ts';
import { createMemoryFleet } from '../../../support/memory-fleet.ts';
import { createMemoryWorld, night, ticket } from '../../../support/memory-world.ts';

/** A sale that admits `rate` orders a second. */
async function aRatedSale(rate: number, quantity = 50) {
  const world = createMemoryWorld();
  world.start();
  await world.openSale(quantity);
  await world.within(5_000, world.engine.changeSale({ saleId: night, admissionRate: rate }, 'test'));
  await world.clock.advance(2_000);
  const take = (user: string) => world.within(1_000, world.engine.takeTicket(night, user as UserId));
  const read = (ticketText: string) => world.within(1_000, world.engine.readTicket(ticketText));
  const passOf = async (user: string): Promise<string> => {
    const taken = await take(user);
    if (!('ticket' in taken)) throw new Error(taken.kind);
    for (let look = 0; look < 60; look += 1) {
      const seen = await read(taken.ticket);
      if (seen.kind === 'admitted') return seen.pass;
      await world.clock.advance(500);
    }
    throw new Error('never admitted');
  };
  return { ...world, take, read, passOf };
}

const positionOf = (outcome: TicketOutcome) => (outcome.kind === 'waiting' ? outcome.position : 0);

describe('the waiting room', () => {
  it('admits direct orders up to the rate, and sends the rest to the room; a known key never queues', async () => {
    const { place } = await aRatedSale(1);
    const first = await place('ann', 'key-1');

    expect(first.kind).toBe('accepted');
    expect(await place('bob', 'key-1')).toEqual({ kind: 'not_admitted', saleId: night });
    expect((await place('ann', 'key-1')).kind).toBe('duplicate');
  });

  it('admits tickets in order at the rate, with an honest estimate', async () => {
    const { take, read, clock } = await aRatedSale(1);
    const tickets: TicketOutcome[] = [];
    for (const user of ['a', 'b', 'c', 'd']) tickets.push(await take(user));

    expect(tickets.map(positionOf).slice(1)).toEqual([1, 2, 3]);
    const last = tickets[3];
    if (last?.kind !== 'waiting' || !last.etaSeconds) throw new Error('no estimate');
    expect(last.etaSeconds.low).toBeLessThanOrEqual(3);
    expect(last.etaSeconds.high).toBeGreaterThanOrEqual(3);
    await clock.advance(last.etaSeconds.high * 1_000);
    expect((await read(last.ticket)).kind).toBe('admitted');
  });

  it('moves on at the rate also while nobody asks', async () => {
    const { take, read, clock } = await aRatedSale(8);
    const tickets: TicketOutcome[] = [];
    for (let n = 1; n <= 20; n += 1) tickets.push(await take(`user-${n}`));

    await clock.advance(3_000);

    const last = tickets[19];
    if (last?.kind !== 'waiting') throw new Error('not waiting');
    expect((await read(last.ticket)).kind).toBe('admitted');
  });

  it('lets one order through a pass, again and again the same one, and no other', async () => {
    const { passOf, place } = await aRatedSale(1);
    const pass = await passOf('ann');

    const first = await place('ann', 'key-1', 1, { pass });
    const again = await place('ann', 'key-1', 1, { pass });
    const other = await place('ann', 'key-2', 1, { pass });

    expect(first.kind).toBe('accepted');
    expect(again).toEqual({ ...first, kind: 'duplicate' });
    expect(other).toEqual({ kind: 'pass_refused', why: 'spent' });
  });

  it('keeps a spent pass spent after the gate was lost', async () => {
    const { passOf, place, gate, clock } = await aRatedSale(1);
    const pass = await passOf('ann');
    await place('ann', 'key-1', 1, { pass });
    await clock.advance(1_000);

    gate.lose();
    await clock.advance(6_000);

    expect(await place('ann', 'key-2', 1, { pass })).toEqual({ kind: 'pass_refused', why: 'spent' });
  });

  it('refuses a pass that is forged, expired, or somebody else’s', async () => {
    const { passOf, place, clock, engine, within } = await aRatedSale(1);
    const pass = await passOf('ann');
    await within(5_000, engine.initStock({ saleId: 'other' as SaleId, productId: ticket, quantity: 5 }, 'test'));

    const forged = `${pass.slice(0, -2)}${pass.endsWith('AA') ? 'BB' : 'AA'}`;
    expect(await place('ann', 'k', 1, { pass: forged })).toEqual({ kind: 'pass_refused', why: 'forged' });
    expect(await place('ann', 'k', 1, { pass: 'nonsense' })).toEqual({ kind: 'pass_refused', why: 'malformed' });
    expect(await place('bob', 'k', 1, { pass })).toEqual({ kind: 'pass_refused', why: 'foreign' });
    expect(await place('ann', 'k', 1, { pass, saleId: 'other' as SaleId })).toEqual({
      kind: 'pass_refused',
      why: 'foreign',
    });
    await clock.advance(121_000);
    expect(await place('ann', 'k', 1, { pass })).toEqual({ kind: 'pass_refused', why: 'expired' });
  });

  it('refuses a ticket that was tampered with or has expired', async () => {
    const { take, read, clock } = await aRatedSale(1);
    const taken = await take('ann');
    if (!('ticket' in taken)) throw new Error(taken.kind);

    expect(await read(`${taken.ticket}x`)).toEqual({ kind: 'refused', why: 'forged' });
    await clock.advance(3_601_000);
    expect(await read(taken.ticket)).toEqual({ kind: 'refused', why: 'expired' });
  });

  it('answers a known key whatever has become of its pass', async () => {
    const { passOf, place, clock } = await aRatedSale(1);
    const pass = await passOf('ann');
    await place('ann', 'key-1', 1, { pass });
    await clock.advance(121_000);

    expect(await place('ann', 'key-1', 1, { pass })).toMatchObject({ kind: 'duplicate' });
    expect(await place('ann', 'key-1', 2, { pass })).toMatchObject({ kind: 'key_reused' });
    expect(await place('ann', 'key-2', 1, { pass })).toEqual({ kind: 'pass_refused', why: 'expired' });
  });

  it('says unknown, not forged, of a pass that it cannot check yet', async () => {
    const fleet = createMemoryFleet();
    const first = fleet.start();
    const opening = first.running.engine.initStock({ saleId: night, productId: ticket, quantity: 5 }, 'test');
    await fleet.clock.advance(3_000);
    await opening;
    const taking = first.running.engine.takeTicket(night, 'ann' as UserId);
    await fleet.clock.advance(100);
    const taken = await taking;
    const pass = taken.kind === 'admitted' ? taken.pass : '';
    const original = fleet.ledger.signingKeys;
    fleet.ledger.signingKeys = async () => Promise.reject(new Error('away'));
    const fresh = fleet.start();
    await fleet.clock.advance(1_000);

    const placed = fresh.running.engine.placeOrder({
      saleId: night,
      userId: 'ann' as UserId,
      key: 'k' as never,
      lines: [{ productId: ticket, quantity: 1 }],
      pass,
    });
    await fleet.clock.advance(100);
    fleet.ledger.signingKeys = original;

    expect((await placed).kind).toBe('unknown');
  });

  it('keeps tickets and passes good on every server while their key is rotated', async () => {
    const fleet = createMemoryFleet();
    const first = fleet.start().running.engine;
    await fleet.clock.advance(5_000); // so that they read the keys at different moments
    const second = fleet.start().running.engine;
    const within = async <Value>(ms: number, asked: Promise<Value>): Promise<Value> => {
      await fleet.clock.advance(ms);
      return asked;
    };
    await within(3_000, first.initStock({ saleId: night, productId: ticket, quantity: 5 }, 'test'));
    const before = await within(100, first.takeTicket(night, 'ann' as UserId));
    const kinds = new Set<string>();
    const keyIds = new Set<string>();
    const { announceMs, keepMs } = rotationTimes({ serverLeaseMs: 10_000 });

    await fleet.ledger.rotateSigningKey({ newSecret: 'ee'.repeat(32), announceMs, keepMs, actor: 'test' });
    for (let elapsed = 0; elapsed < 60; elapsed += 1) {
      const taken = await within(500, first.takeTicket(night, 'bob' as UserId));
      const read = await within(500, second.readTicket('ticket' in taken ? taken.ticket : ''));
      kinds.add(taken.kind).add(read.kind);
      if ('ticket' in taken) keyIds.add(taken.ticket.split('.')[1] ?? '');
    }
    const after = await within(100, second.readTicket('ticket' in before ? before.ticket : ''));

    expect([...kinds]).toEqual(['admitted']);
    expect([...keyIds]).toEqual(['k1', 'k2']);
    expect(after.kind).toBe('admitted');
  });

  it('lets everybody in when the rate is lifted', async () => {
    const { take, read, engine, within, clock } = await aRatedSale(1);
    const tickets = [];
    for (const user of ['a', 'b', 'c', 'd', 'e']) tickets.push(await take(user));
    const last = tickets.at(-1);

    await within(5_000, engine.changeSale({ saleId: night, admissionRate: null }, 'test'));
    await clock.advance(1_000);

    expect(last && 'ticket' in last && (await read(last.ticket)).kind).toBe('admitted');
  });

  it('lets no later ticket get ahead because the gate was lost', async () => {
    const { take, read, gate, clock } = await aRatedSale(1);
    const early: TicketOutcome[] = [];
    for (const user of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) early.push(await take(user));
    await clock.advance(1_100);
    gate.lose();
    await clock.advance(4_000);
    const late = await take('late');
    const earlyTickets = early.flatMap((each) => ('ticket' in each ? [each.ticket] : []));

    for (let second = 0; second < 15; second += 1) {
      const after = 'ticket' in late ? await read(late.ticket) : late;
      if (after.kind === 'admitted') {
        const before = await Promise.all(earlyTickets.map((text) => read(text)));
        expect(before.map(({ kind }) => kind)).toEqual(early.map(() => 'admitted'));
        return;
      }
      await clock.advance(1_000);
    }
    throw new Error('the late ticket was never admitted');
  });
});
