// @module-tag redis
// @module-tag kafka
// @module-tag linux
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import type { FrontedRedis } from '../support/fronted-redis.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { isReady } from '../support/serve.ts';
import { openSales, sellThrough } from '../support/stack-night.ts';
import { type StackFleet, stackFleet } from '../support/supervised-fleet.ts';

/** A fails over to B, a replica that lags behind, and lives on with all its data and scripts. */
let fleet: StackFleet;
let fronts: FrontedRedis;
let a: Redis;
let b: TestRedis;

beforeAll(async () => {
  fleet = await stackFleet({ servers: 2, workers: 2, fronted: true, env: { FLUXGATE_SERVER_LEASE_MS: '3000' } });
  if (fleet.fronts === null) throw new Error('the fleet has no fronts');
  fronts = fleet.fronts;
  await openSales(fleet);
  a = new Redis(fleet.addresses.redis.port);
  await a.config('SET', 'repl-diskless-sync-delay', '0');
  b = await startTestRedis();
  // Before there is a sale: the first replica of a primary changes its replication id, which costs a rebuild.
  await b.follow(fleet.addresses.redis);
}, 240_000);

afterAll(async () => {
  a?.disconnect();
  await fleet?.remove();
  await b?.stop();
}, 120_000);

async function newestEpoch(): Promise<number> {
  const { rows } = await fleet.ledger.query<{ epoch: number }>(
    `select max(epoch) as epoch from gate_epochs where sale_id = 'night'`,
  );
  return rows[0]?.epoch ?? 0;
}

/** Waits until the gate of every sale is open in an epoch above `epoch`, and the servers (by number) are ready. */
async function untilOpen(epoch: number, servers: readonly number[]): Promise<void> {
  const building = `select from gate_epochs newest where (state <> 'open' or reported is not null or epoch <= $1)
    and epoch = (select max(epoch) from gate_epochs where sale_id = newest.sale_id)`;
  await eventually(
    'every gate is open again',
    async () => {
      if ((await fleet.ledger.query(building, [epoch])).rows.length > 0) return false;
      return (await Promise.all(servers.map((at) => isReady(fleet.servers[at]?.url ?? '')))).every(Boolean);
    },
    60_000,
  );
}

async function orders(): Promise<number> {
  const { rows } = await fleet.ledger.query<{ count: string }>('select count(*) from orders');
  return Number(rows[0]?.count);
}

test('loses no order that a server took at an old primary, cut off from the ledger', { timeout: 240_000 }, async () => {
  let before = 0;
  let cutAt = new Date();

  await sellThrough(fleet, { name: 'old-primary', seed: 201, forSeconds: 6 }, async () => {
    before = await newestEpoch();
    // What A holds from here on B never hears of.
    await b.detach();
    const known = await orders();
    await eventually('A has held more', async () => (await orders()) > known + 20);
    // The first server hears of no new epoch, and sells at A for as long as its lease lasts.
    await fronts.ledgerProxy.set('postgres', { kind: 'blackhole' });
    cutAt = new Date();
    await b.command('REPLICAOF', 'NO', 'ONE');
    fronts.most.pointTo(b.address);
    await untilOpen(before, [1]);
    await fronts.ledgerProxy.clear('postgres');
    // It meets the new epoch at A, which never heard of it, and reports that.
    await eventually('the first server is left behind at A', () => visitLeavesBehind(before));
    fronts.alone.pointTo(b.address);
  });

  const { rows } = await fleet.ledger.query<{ count: string }>(
    `select count(*) from orders where sale_id = 'night' and epoch = $1 and accepted_at > $2`,
    [before, cutAt],
  );
  expect(Number(rows[0]?.count)).toBeGreaterThan(0);
});

/** The crowd may have gone by then: one more buyer asks the first server. */
async function visitLeavesBehind(before: number): Promise<boolean> {
  const wish = { saleId: 'night', userId: 'visitor', lines: [{ productId: 'ticket', quantity: 1 }] };
  await ask(fleet.servers[0]?.url ?? '', 'POST', '/order', wish, { 'x-idempotency-key': 'visit' }).catch(() => {});
  return (await newestEpoch()) > before + 1;
}
