import { describe, expect, it } from 'vitest';
import { createMemoryLedger } from '../../../../src/adapters/memory/memory-ledger.ts';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { mainGate, type ServerId } from '../../../../src/engine/domain/ids.ts';
import { createServerLease } from '../../../../src/engine/flows/server-lease.ts';
import { night, ticket } from '../../../support/memory-world.ts';

/** A lease over a memory ledger whose renewals can be watched, slowed and made to fail; `rate` is how fast its own clock runs. */
async function aLease({ rate = 1 } = {}) {
  const clock = createVirtualClock();
  const ledger = createMemoryLedger({ clock });
  const reported: number[] = [];
  const meets = { delayMs: 0, fail: false, answerLost: false, newsLost: false };
  const faults: string[] = [];
  const lease = createServerLease({
    clock: { ...clock, monotonicMs: () => clock.monotonicMs() * rate },
    ledger: {
      ...ledger,
      async renewServer(serverId, highest) {
        reported.push(highest);
        if (meets.fail) throw new Error('the ledger is away');
        const views = await ledger.renewServer(serverId, highest);
        if (meets.delayMs > 0) await clock.sleep(meets.delayMs);
        if (meets.answerLost) throw new Error('no answer');
        return views;
      },
      async serverViews() {
        if (meets.newsLost) throw new Error('no news');
        return ledger.serverViews();
      },
    },
    telemetry: { count: () => undefined, note: () => undefined, fault: (where) => void faults.push(where) },
    serverId: 'server-1' as ServerId,
    leaseMs: 10_000,
    renewEveryMs: 500,
  });
  await ledger.saveSale(
    { saleId: night, state: 'open', products: [{ productId: ticket }] },
    { actor: 'test', newSecret: 'a'.repeat(64) },
  );
  const controller = await ledger.takeLease('controller', 'test', 60_000);
  if (!controller) throw new Error('the lease was not free');
  const openEpoch = async () => {
    const row = await ledger.nextEpoch(night, mainGate, 'test', controller);
    await ledger.openEpoch(night, mainGate, row.epoch, controller);
    return row;
  };
  const standing = () => lease.standing(night).kind;
  const seen = async () => (await ledger.serverRows()).map(({ highestNumberSeen }) => highestNumberSeen);
  return { clock, ledger, lease, reported, meets, faults, openEpoch, standing, seen };
}

describe('the lease of a server', () => {
  it('reports an epoch number only after living by it', async () => {
    const { lease, reported, openEpoch, seen } = await aLease();
    const { number } = await openEpoch();

    await lease.refresh();

    expect(reported).toEqual([0, number]);
    expect(await seen()).toEqual([number]);
  });

  it('still counts as behind while its first renewal is under way', async () => {
    const { clock, lease, meets, openEpoch, seen } = await aLease();
    const { number } = await openEpoch();
    meets.delayMs = 200;

    const renewing = lease.refresh();
    await clock.advance(100);

    expect(await seen()).toEqual([0]);
    await clock.advance(1_000);
    await renewing;
    expect(await seen()).toEqual([number]);
  });

  it('is out once L but its last hundredth has passed since before the last renewal was sent', async () => {
    const { clock, lease, meets, openEpoch, standing } = await aLease();
    await openEpoch();
    await lease.refresh();
    meets.delayMs = 4_000;

    const renewing = lease.refresh();
    await clock.advance(4_000);
    await renewing;
    meets.fail = true;

    await clock.advance(5_900);
    expect(standing()).toBe('usable');
    await clock.advance(1);
    expect(standing()).toBe('lease_out');
  });

  it('lets no order begin that a slow clock would end behind the wait of a rebuild', async () => {
    const slow = 0.995;
    const [leaseMs, appendDeadlineMs] = [10_000, 9_999]; // the longest that goes with it
    const { clock, lease, meets, openEpoch, standing } = await aLease({ rate: slow });
    await openEpoch();
    await lease.refresh();
    meets.fail = true;
    const renewedMs = clock.monotonicMs();

    let lastMs = renewedMs;
    while (standing() === 'usable') {
      lastMs = clock.monotonicMs();
      await clock.advance(1);
    }

    const longestMs = lastMs - renewedMs + appendDeadlineMs / slow;
    expect(longestMs).toBeLessThanOrEqual(leaseMs + appendDeadlineMs);
    expect(longestMs).toBeGreaterThan(leaseMs + appendDeadlineMs - 10);
  });

  it('lasts through a ledger that is away for less than L, and takes no new start from failures', async () => {
    const { clock, lease, meets, openEpoch, standing, faults } = await aLease();
    await openEpoch();
    const stop = new AbortController();
    const running = lease.run(stop.signal);
    await clock.advance(1_000);

    meets.fail = true;
    await clock.advance(9_300);
    expect(standing()).toBe('usable');
    meets.fail = false;
    await clock.advance(700);
    meets.fail = true;
    await clock.advance(9_000);
    expect(standing()).toBe('usable');
    await clock.advance(2_000);
    expect(standing()).toBe('lease_out');

    expect(faults.length).toBeGreaterThan(10);
    stop.abort();
    await clock.advance(1);
    await running;
  });

  it('is rebuilding with an epoch that is taken and not open', async () => {
    const { lease, ledger, standing, openEpoch } = await aLease();
    await openEpoch();
    const controller = await ledger.takeLease('controller', 'test', 60_000);
    if (controller) await ledger.nextEpoch(night, mainGate, 'test', controller);

    await lease.refresh();

    expect(standing()).toBe('rebuilding');
  });

  it('writes its row no second time while no news come home: a rebuild that waits for it goes on after L', async () => {
    const { lease, ledger, meets, openEpoch } = await aLease();
    await openEpoch();
    await lease.refresh();
    Object.assign(meets, { answerLost: true, newsLost: true });
    await expect(lease.refresh()).rejects.toThrow('no answer');
    const rows = await ledger.serverRows();

    await expect(lease.refresh()).rejects.toThrow('no news');
    await expect(lease.refresh()).rejects.toThrow('no news');

    expect(await ledger.serverRows()).toEqual(rows);
    Object.assign(meets, { answerLost: false, newsLost: false });
    await lease.refresh();
    expect(await ledger.serverRows()).not.toEqual(rows);
  });

  it('reports the news that came home without a renewal, and takes no new start from them', async () => {
    const { clock, lease, meets, openEpoch, seen, standing } = await aLease();
    await openEpoch();
    await lease.refresh();
    meets.answerLost = true;
    await lease.refresh().catch(() => undefined);
    const { number } = await openEpoch();
    await clock.advance(5_000);

    await lease.refresh().catch(() => undefined);

    expect(await seen()).toEqual([number]);
    expect(lease.standing(night)).toMatchObject({ kind: 'usable', epoch: 2 });
    await clock.advance(4_901);
    expect(standing()).toBe('lease_out');
  });

  it('shares one renewal among all who ask while another is under way', async () => {
    const { clock, lease, meets, reported } = await aLease();
    meets.delayMs = 100;

    const asked = [lease.refresh(), lease.refresh(), lease.refresh(), lease.refresh()];
    await clock.advance(500);
    await Promise.all(asked);

    expect(reported.length).toBe(2);
  });

  it('rejects every caller of a shared renewal that fails, and renews again for the next', async () => {
    const { lease, meets } = await aLease();
    meets.fail = true;
    const asked = await Promise.allSettled([lease.refresh(), lease.refresh(), lease.refresh()]);
    meets.fail = false;

    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(lease.refresh()).resolves.toBeUndefined();
  });

  it('removes its row at the stop, uses nothing from then on, and never writes the row again', async () => {
    const { clock, lease, ledger, meets, openEpoch, standing } = await aLease();
    await openEpoch();
    const stop = new AbortController();
    const running = lease.run(stop.signal);
    await clock.advance(1_000);
    meets.delayMs = 300;
    const late = lease.refresh();

    stop.abort();
    await clock.advance(1_000);
    await running;
    await late;
    await lease.refresh();

    expect(standing()).toBe('lease_out');
    expect(await ledger.serverRows()).toEqual([]);
  });
});
