// @module-tag redis
// @module-tag kafka
// @module-tag linux
// @module-tag minutes
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Epoch, SaleId } from '../../src/engine/domain/ids.ts';
import { eventually } from '../support/eventually.ts';
import { holdAt, primaryOf, untilReplica } from '../support/redis-primary.ts';
import { openSales, sellThrough } from '../support/stack-night.ts';
import { type RedisNodeProcess, type StackFleet, stackFleet } from '../support/supervised-fleet.ts';

/** Six failovers among three Redis come back to one that was primary before; one that stood still wakes again. */
const rounds = ['kill', 'pause', 'kill', 'pause', 'pause', 'kill'] as const;
const options = { tags: ['long'], timeout: 240_000 };
const sale = 'night' as SaleId;
/** What a former primary answers that knows of a newer epoch, or of its successor, or of nobody. */
const refusals = ['rebuilding', 'READONLY', 'MOVED', 'CLUSTERDOWN', 'MASTERDOWN', 'LOADING'];

/** Nobody tells Redis what to do: it finds out by itself that its primary is dead or stands still, and makes another one. */
describe.each(['redis-sentinel', 'redis-cluster'] as const)('%s', (variant) => {
  let fleet: StackFleet;

  beforeAll(async () => {
    const env = { FLUXGATE_SERVER_LEASE_MS: '3000' };
    fleet = await stackFleet({ servers: 2, workers: 1, variants: [variant], env });
    await openSales(fleet);
  }, 240_000);

  afterAll(() => fleet?.remove(), 120_000);

  for (const [at, trouble] of rounds.entries()) {
    test(`sells on at another primary, round ${at + 1}: ${trouble}`, options, async () => {
      let before = 0;
      const former = await primaryOf(fleet, sale);

      await sellThrough(fleet, { name: `${variant}-${at}`, seed: 300 + at }, async () => {
        before = await newestEpoch(fleet);
        await (trouble === 'kill' ? kill(fleet, former) : pause(fleet, former, before));
        await untilOpenAbove(fleet, before);
      });

      await untilReplica(former);
      expect(await ordersSince(fleet, before)).toBeGreaterThan(0);
    });
  }
});

/** It is started again once it has a successor, which knows nothing of it then. */
async function kill(fleet: StackFleet, former: RedisNodeProcess): Promise<void> {
  const start = await former.process.takeDown('SIGKILL');
  await primaryOf(fleet, sale, former);
  start();
}

/** It wakes when the sale has gone on without it: with all data of the epoch before, and takes nothing in the one of today. */
async function pause(fleet: StackFleet, former: RedisNodeProcess, before: number): Promise<void> {
  const goOn = await former.process.pause();
  await primaryOf(fleet, sale, former);
  await untilOpenAbove(fleet, before);
  goOn();
  expect(refusals).toContain(await holdAt(former, sale, (await newestEpoch(fleet)) as Epoch));
}

async function newestEpoch({ ledger }: StackFleet): Promise<number> {
  const { rows } = await ledger.query<{ epoch: number }>(
    'select max(epoch) as epoch from gate_epochs where sale_id = $1',
    [sale],
  );
  return rows[0]?.epoch ?? 0;
}

async function untilOpenAbove({ ledger }: StackFleet, epoch: number): Promise<void> {
  const opened = `select from gate_epochs where sale_id = $1 and epoch > $2 and state = 'open'`;
  const isOpen = async () => (await ledger.query(opened, [sale, epoch])).rows.length > 0;
  await eventually('the gate is open at another primary', isOpen, 60_000);
}

/** Orders that were held in a later epoch. */
async function ordersSince({ ledger }: StackFleet, epoch: number): Promise<number> {
  const { rows } = await ledger.query<{ count: string }>(
    'select count(*) from orders where sale_id = $1 and epoch > $2',
    [sale, epoch],
  );
  return Number(rows[0]?.count);
}
