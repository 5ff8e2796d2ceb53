import { describe, expect } from 'vitest';
import { mainGate, type ServerId } from '../../src/engine/domain/ids.ts';
import type { Lease, Ledger } from '../../src/engine/ports/ledger.ts';
import { epoch } from '../builders/ids.ts';
import {
  leaseOf,
  longMs,
  type MakeLedger,
  matinee,
  night,
  openEpoch,
  openSale,
  promisesOf,
  shortMs,
  staleLease,
} from './ledger-world.ts';

const serverA = 'server-a' as ServerId;
const serverB = 'server-b' as ServerId;
const room = { admittedUpTo: { epoch: epoch(1), counter: 3 }, lastPlace: { epoch: epoch(1), counter: 9 } };

/** What each server has seen, by its id. */
const seenBy = async (ledger: Ledger) =>
  Object.fromEntries((await ledger.serverRows()).map((row) => [row.serverId, row.highestNumberSeen]));

/** Servers, leases and epochs (ports/ledger-fleet.ts; design.md section 6). */
export function ledgerFleetSuite(make: MakeLedger): void {
  const promise = promisesOf(make);

  describe('servers', () => {
    promise('a renewal brings home every sale with its newest epoch, configuration and secret', async (ledger) => {
      await openSale(ledger);
      await openSale(ledger, { id: matinee });
      const row = await openEpoch(ledger, await leaseOf(ledger));

      const views = await ledger.renewServer(serverA, 0);

      expect(views).toHaveLength(2);
      expect(views).toEqual(expect.arrayContaining([await ledger.sale(night), await ledger.sale(matinee)]));
      expect(views.find((view) => view.config.saleId === night)?.epoch).toEqual({ ...row, state: 'open' });
    });

    promise('a server’s row says what it has seen, and is another with every renewal', async (ledger) => {
      await ledger.renewServer(serverA, 4);
      await ledger.renewServer(serverB, 5);
      const renewals = new Set((await ledger.serverRows()).map(({ renewal }) => renewal));

      expect(await seenBy(ledger)).toEqual({ [serverA]: 4, [serverB]: 5 });
      expect(renewals.size).toBe(2);
      expect(await ledger.serverRows()).toEqual(await ledger.serverRows());
      for (const seen of [4, 6]) {
        await ledger.renewServer(serverA, seen);
        const [row] = (await ledger.serverRows()).filter(({ serverId }) => serverId === serverA);

        expect(row?.highestNumberSeen).toBe(seen);
        expect(renewals).not.toContain(row?.renewal);
        renewals.add(row?.renewal ?? '');
      }
    });

    promise('a server that comes back has another row than the one it had', async (ledger) => {
      await ledger.renewServer(serverA, 4);
      const before = await ledger.serverRows();
      await ledger.removeServer(serverA, null);
      await ledger.renewServer(serverA, 4);

      expect(await seenBy(ledger)).toEqual({ [serverA]: 4 });
      expect((await ledger.serverRows())[0]?.renewal).not.toBe(before[0]?.renewal);
    });

    promise('a server is silent until it renews again, and no longer once it counts as gone', async (ledger, world) => {
      const nowMs = async () => (await ledger.ping()).nowMs;
      const since = await nowMs();
      await world.pass(1);
      await ledger.renewServer(serverA, 0);
      await world.pass(1);

      expect(await ledger.serversSilentSince(since, longMs)).toEqual([]);
      const later = await nowMs();
      expect(await ledger.serversSilentSince(later, longMs)).toEqual([serverA]);
      await world.pass(shortMs + 1);
      expect(await ledger.serversSilentSince(later, shortMs)).toEqual([]);
      await ledger.renewServer(serverA, 0);
      expect(await ledger.serversSilentSince(later, longMs)).toEqual([]);
    });

    promise('a server that stopped in order is forgotten', async (ledger) => {
      await ledger.renewServer(serverA, 0);
      await ledger.removeServer(serverA, null);
      await ledger.removeServer(serverB, null);

      expect(await ledger.serverRows()).toEqual([]);
    });

    promise('a row goes only as it was seen: not where its server has renewed since', async (ledger) => {
      await ledger.renewServer(serverA, 0);
      await ledger.renewServer(serverB, 0);
      const seen = await ledger.serverRows();
      await ledger.renewServer(serverB, 0);

      for (const { serverId, renewal } of seen) await ledger.removeServer(serverId, renewal);

      expect(Object.keys(await seenBy(ledger))).toEqual([serverB]);
    });

    promise('what a renewal brings home can be read, and no row is written', async (ledger) => {
      await openSale(ledger);
      await openEpoch(ledger, await leaseOf(ledger));
      const brought = await ledger.renewServer(serverA, 0);
      const rows = await ledger.serverRows();

      expect(await ledger.serverViews()).toEqual(brought);
      expect(brought).toHaveLength(1);
      expect(await ledger.serverRows()).toEqual(rows);
    });

    promise('whoever holds the data folder forgets all servers and leases', async (ledger) => {
      await openSale(ledger);
      await ledger.renewServer(serverA, 0);
      const before = await leaseOf(ledger, 'before');

      await ledger.forgetFleet();

      expect(await ledger.serverRows()).toEqual([]);
      expect(await ledger.leaseHolder('controller')).toBeNull();
      await leaseOf(ledger, 'after');
      await expect(ledger.nextEpoch(night, mainGate, 'test', before)).rejects.toMatchObject({ code: 'lease_lost' });
    });
  });

  describe('leases', () => {
    promise('a lease is one holder’s until it runs out', async (ledger, world) => {
      const first = await leaseOf(ledger, 'a', longMs);
      expect(await ledger.takeLease('controller', 'b', longMs)).toBeNull();
      expect(await ledger.leaseHolder('controller')).toBe('a');
      await leaseOf(ledger, 'a', shortMs);
      await world.pass(shortMs + 1);
      expect(await ledger.leaseHolder('controller')).toBeNull();

      const second = await leaseOf(ledger, 'b');

      expect(second.token).toBeGreaterThan(first.token);
      expect(await ledger.leaseHolder('controller')).toBe('b');
      expect(await ledger.takeLease('controller', 'a', longMs)).toBeNull();
    });

    promise('its holder renews it and keeps the token', async (ledger, world) => {
      const first = await leaseOf(ledger, 'a', shortMs);
      const renewed = await leaseOf(ledger, 'a', longMs);
      await world.pass(shortMs + 1);

      expect(renewed).toEqual(first);
      expect(await ledger.takeLease('controller', 'b', longMs)).toBeNull();
    });

    promise('of many at once one gets it', async (ledger) => {
      const taken = await Promise.all(
        ['a', 'b', 'c', 'd'].map((holder) => ledger.takeLease('controller', holder, longMs)),
      );

      expect(taken.filter((lease) => lease !== null)).toHaveLength(1);
    });

    promise('a lease that was given up is free, and its token is spent', async (ledger) => {
      const first = await leaseOf(ledger, 'a');
      await ledger.dropLease(first);
      expect(await ledger.leaseHolder('controller')).toBeNull();

      const second = await leaseOf(ledger, 'b');
      await ledger.dropLease(first);

      expect(second.token).toBeGreaterThan(first.token);
      expect(await ledger.leaseHolder('controller')).toBe('b');
    });

    promise('leases of other names do not matter', async (ledger) => {
      await leaseOf(ledger, 'a');

      expect(await ledger.takeLease('other', 'b', longMs)).not.toBeNull();
      expect(await ledger.leaseHolder('nobody')).toBeNull();
    });

    promise('a holder that lost it and took it again cannot write with the old token', async (ledger, world) => {
      await openSale(ledger);
      const first = await leaseOf(ledger, 'a', shortMs);
      await world.pass(shortMs + 1);
      await ledger.dropLease(await leaseOf(ledger, 'b'));
      const again = await leaseOf(ledger, 'a');

      await expect(ledger.nextEpoch(night, mainGate, 'test', first)).rejects.toMatchObject({ code: 'lease_lost' });

      expect(await ledger.nextEpoch(night, mainGate, 'test', again)).toMatchObject({ epoch: 1 });
    });

    const controllerWrites: readonly (readonly [string, (ledger: Ledger, lease: Lease) => Promise<unknown>])[] = [
      ['take an epoch', (ledger, lease) => ledger.nextEpoch(night, mainGate, 'test', lease)],
      ['open an epoch', (ledger, lease) => ledger.openEpoch(night, mainGate, epoch(1), lease)],
      ['expire orders', (ledger, lease) => ledger.expireOverdue(10, lease)],
      ['acknowledge releases', (ledger, lease) => ledger.acknowledgeReleases(night, epoch(1), [], lease)],
      ['checkpoint the waiting room', (ledger, lease) => ledger.checkpointRoom(night, room, lease)],
    ];
    for (const [what, write] of controllerWrites) {
      promise(`a controller that lost its lease cannot ${what}`, async (ledger, world) => {
        await openSale(ledger);
        const stale = await staleLease(ledger, world);

        await expect(write(ledger, stale)).rejects.toMatchObject({ code: 'lease_lost' });

        expect((await ledger.sale(night))?.epoch).toBeNull();
      });
    }
  });

  describe('epochs', () => {
    promise('count from 1 for each sale, with numbers from one counter over all sales', async (ledger) => {
      await openSale(ledger);
      await openSale(ledger, { id: matinee });
      const lease = await leaseOf(ledger);

      const first = await ledger.nextEpoch(night, mainGate, 'first', lease);
      const second = await ledger.nextEpoch(night, mainGate, 'again', lease);
      const other = await ledger.nextEpoch(matinee, mainGate, 'first', lease);

      expect(first).toMatchObject({ saleId: night, gateId: mainGate, epoch: 1, state: 'taken', reason: 'first' });
      expect([second.epoch, other.epoch]).toEqual([2, 1]);
      expect(first.number < second.number && second.number < other.number).toBe(true);
      expect((await ledger.sale(night))?.epoch).toEqual(second);
    });

    promise('are never given twice', async (ledger) => {
      await openSale(ledger);
      const lease = await leaseOf(ledger);

      const rows = await Promise.all(Array.from({ length: 8 }, () => ledger.nextEpoch(night, mainGate, 'test', lease)));

      expect(rows.map((row) => row.epoch).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(new Set(rows.map((row) => row.number)).size).toBe(8);
    });

    promise('open only while they are the newest, and may be opened again', async (ledger) => {
      await openSale(ledger);
      const lease = await leaseOf(ledger);
      const first = await ledger.nextEpoch(night, mainGate, 'test', lease);
      const second = await ledger.nextEpoch(night, mainGate, 'test', lease);

      expect(await ledger.openEpoch(night, mainGate, first.epoch, lease)).toBe(false);
      expect((await ledger.sale(night))?.epoch).toMatchObject({ epoch: second.epoch, state: 'taken' });
      expect(await ledger.openEpoch(night, mainGate, second.epoch, lease)).toBe(true);
      expect(await ledger.openEpoch(night, mainGate, second.epoch, lease)).toBe(true);

      expect((await ledger.sale(night))?.epoch).toEqual({ ...second, state: 'open' });
    });

    promise('are wanted where a sale has none, or its newest was never opened', async (ledger) => {
      await openSale(ledger);
      const wanted = { saleId: night, gateId: mainGate, reason: expect.any(String) };
      expect(await ledger.epochsWanted()).toEqual([wanted]);
      const lease = await leaseOf(ledger);

      const row = await ledger.nextEpoch(night, mainGate, 'test', lease);
      expect(await ledger.epochsWanted()).toEqual([wanted]);
      await ledger.openEpoch(night, mainGate, row.epoch, lease);

      expect(await ledger.epochsWanted()).toEqual([]);
    });

    promise('are wanted where a wrong fence was met in the newest open one', async (ledger) => {
      await openSale(ledger);
      const lease = await leaseOf(ledger);
      const row = await openEpoch(ledger, lease);

      expect(await ledger.reportFence(night, mainGate, row.epoch, 'fence_mismatch')).toBe(true);

      expect(await ledger.epochsWanted()).toEqual([{ saleId: night, gateId: mainGate, reason: 'fence_mismatch' }]);
      await openEpoch(ledger, lease);
      expect(await ledger.epochsWanted()).toEqual([]);
    });

    promise('opening an epoch again does not undo a report', async (ledger) => {
      await openSale(ledger);
      const lease = await leaseOf(ledger);
      const row = await openEpoch(ledger, lease);
      await ledger.reportFence(night, mainGate, row.epoch, 'fence_mismatch');

      await ledger.openEpoch(night, mainGate, row.epoch, lease);

      expect(await ledger.epochsWanted()).toHaveLength(1);
    });

    promise('a report of an older epoch, or of one that is not open, counts for nothing', async (ledger) => {
      await openSale(ledger);
      const lease = await leaseOf(ledger);
      const older = await openEpoch(ledger, lease);
      const newest = await ledger.nextEpoch(night, mainGate, 'test', lease);

      expect(await ledger.reportFence(night, mainGate, older.epoch, 'test')).toBe(false);
      expect(await ledger.reportFence(night, mainGate, newest.epoch, 'test')).toBe(false);
      expect(await ledger.reportFence(night, mainGate, epoch(99), 'test')).toBe(false);
      expect(await ledger.reportFence(matinee, mainGate, epoch(1), 'test')).toBe(false);
      await ledger.openEpoch(night, mainGate, newest.epoch, lease);
      expect(await ledger.reportFence(night, mainGate, older.epoch, 'test')).toBe(false);

      expect(await ledger.epochsWanted()).toEqual([]);
    });
  });
}
