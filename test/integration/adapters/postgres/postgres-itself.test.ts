import type { Pool, PoolClient } from 'pg';
import { describe, expect, it } from 'vitest';
import { createPool } from '../../../../src/adapters/postgres/pool.ts';
import { recordBatch } from '../../../../src/adapters/postgres/record-batch.ts';
import { statement } from '../../../../src/adapters/postgres/sql-statement.ts';
import { mainGate } from '../../../../src/engine/domain/ids.ts';
import { startFaultProxy } from '../../../../src/toolkit/fault-proxy/fault-proxy.ts';
import { type FaultProxyClient, faultProxyClient } from '../../../../src/toolkit/fault-proxy/fault-proxy-client.ts';
import { orderId } from '../../../builders/ids.ts';
import {
  batchOf,
  fromNow,
  leaseOf,
  night,
  openSale,
  order,
  recordAll,
  shortMs,
  unitsOf,
} from '../../../contract/ledger-world.ts';
import { eventually } from '../../../support/eventually.ts';
import { ledgersOn, postgresOfFile } from '../../../support/postgres-of-file.ts';

/** What the simulator takes for granted of PostgreSQL and no suite shows by itself: docs/simulation-assumptions.md. */
const postgres = postgresOfFile();
const withLedger = ledgersOn(postgres);

/** Somebody else's transaction that has done its work and is still open. */
interface Earlier {
  readonly work: (client: PoolClient) => Promise<unknown>;
  readonly end: 'commit' | 'rollback';
  /** Before it ends. */
  readonly meanwhile?: () => Promise<void>;
}

/** What `asked` answers where it has to wait for that transaction; fails where it does not wait. */
async function waitingFor<Answer>(pool: Pool, earlier: Earlier, asked: () => Promise<Answer>): Promise<Answer> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await earlier.work(client);
    const answer = asked();
    answer.catch(() => {}); // heard of below
    await eventually('it waits for the other transaction', async () => {
      const { rows } = await pool.query<{ waiting: number }>(
        `select count(*)::integer as waiting from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows[0]?.waiting === 1;
    });
    await earlier.meanwhile?.();
    await client.query(earlier.end);
    return await answer;
  } finally {
    client.release();
  }
}

describe('who comes second', () => {
  const insertFirst = (client: PoolClient) =>
    client.query(
      `insert into orders (order_id, request_hash, accepted_at, epoch, confirmed_on_record, sale_id, state, currency,
        gate_id, user_id, idempotency_key) values ($1, $2, now(), 1, true, $3, 'confirmed', 'EUR', 'main', 'ann', 'first')`,
      [orderId(1), '0'.repeat(32), night],
    );

  it.each([
    { end: 'commit', result: { recorded: 0, repeated: 1 }, units: '0 held, 0 sold of 10' },
    { end: 'rollback', result: { recorded: 1, repeated: 0 }, units: '0 held, 1 sold of 10' },
  ] as const)(
    'an order that somebody is inserting is waited for, and recorded only without him ($end)',
    ({ end, result, units }) =>
      withLedger(async (ledger, pool) => {
        await openSale(ledger);
        const earlier = { work: insertFirst, end };

        const answer = await waitingFor(pool, earlier, () => ledger.record(batchOf([order(1).record])));

        expect(answer).toEqual({ kind: 'recorded', late: 0, ...result });
        expect(await unitsOf(ledger)).toBe(units);
      }),
  );

  it.each([
    { end: 'commit', taken: 3, kind: 'recorded', units: '0 held, 4 sold of 10' },
    { end: 'rollback', taken: 3, kind: 'recorded', units: '0 held, 1 sold of 10' },
    { end: 'commit', taken: 10, kind: 'refused', units: '0 held, 10 sold of 10' },
    { end: 'rollback', taken: 10, kind: 'recorded', units: '0 held, 1 sold of 10' },
  ] as const)(
    'units are counted on top of what an earlier transaction left, and its $taken of 10 decide ($end)',
    ({ end, taken, kind, units }) =>
      withLedger(async (ledger, pool) => {
        await openSale(ledger);
        const work = (client: PoolClient) =>
          client.query('update products set sold = sold + $1, version = version + 1', [taken]);

        const answer = await waitingFor(pool, { work, end }, () => ledger.record(batchOf([order(1).record])));

        expect(answer.kind).toBe(kind);
        expect(await unitsOf(ledger)).toBe(units);
      }),
  );

  it('nobody gets a lease while a transaction that has compared its token is under way', () =>
    withLedger(async (ledger, pool) => {
      const lease = await leaseOf(ledger, 'controller-0', shortMs);
      await eventually('the lease has run out', async () => (await ledger.leaseHolder('controller')) === null);
      const work = (client: PoolClient) =>
        client.query({ ...statement('check-lease'), values: [lease.name, lease.holder, lease.token] });

      const next = await waitingFor(pool, { work, end: 'commit' }, () => leaseOf(ledger, 'controller-1'));

      expect(next.token).toBe(lease.token + 1);
    }));

  it.each([
    { end: 'commit', number: 2 },
    { end: 'rollback', number: 1 },
  ] as const)('the number of an epoch is not given before the number below it is committed ($end)', ({ end, number }) =>
    withLedger(async (ledger, pool) => {
      await openSale(ledger);
      const lease = await leaseOf(ledger);
      const work = (client: PoolClient) => client.query(statement('take-epoch-number'));

      const row = await waitingFor(pool, { work, end }, () => ledger.nextEpoch(night, mainGate, 'test', lease));

      expect(row.number).toBe(number);
    }),
  );

  it('a confirmation that had to wait is judged by the clock after the wait', () =>
    withLedger(async (ledger, pool) => {
      await openSale(ledger, { confirmation: 'explicit' });
      const deadline = await fromNow(ledger, 300);
      const { record } = order(1);
      await recordAll(ledger, [{ ...record, holdUntil: deadline }]);
      const earlier: Earlier = {
        work: (client) => client.query('select 1 from orders for update'),
        end: 'commit',
        meanwhile: () => eventually('the deadline has passed', async () => (await ledger.ping()).nowMs > deadline),
      };

      const answer = await waitingFor(pool, earlier, () => ledger.transition(record.orderId, 'confirmed', 'paid'));

      expect(answer).toMatchObject({ kind: 'forbidden', why: 'too_late' });
    }));
});

describe('a commit that nobody heard of', () => {
  /** The pool, but `commit` meets the fault, which ends with the connection once it has swallowed something. */
  function losingCommits(pool: Pool, control: FaultProxyClient, kind: 'lost_answers' | 'blackhole'): Pool {
    const swallowed = async (): Promise<boolean> => {
      const [target] = await control.targets();
      return (kind === 'blackhole' ? target?.lost.request : target?.lost.answer) !== 0;
    };
    return new Proxy(pool, {
      get(target, property) {
        if (property !== 'connect') return Reflect.get(target, property);
        return async () => {
          const client = await target.connect();
          const query = client.query.bind(client);
          return Object.assign(client, {
            async query(asked: unknown) {
              if (asked !== 'commit') return Reflect.apply(query, client, [asked]);
              await control.set('postgres', { kind });
              const answer = query('commit');
              answer.catch(() => {}); // heard of below
              await eventually('it was swallowed', swallowed);
              await control.clear('postgres');
              return answer;
            },
          });
        };
      },
    });
  }

  it.each([
    { lost: 'its answer', kind: 'lost_answers', there: 3 },
    { lost: 'the commit itself', kind: 'blackhole', there: 0 },
  ] as const)('is there as a whole or not at all, and the same batch again makes it whole ($lost)', ({ kind, there }) =>
    withLedger(async (ledger, pool) => {
      await openSale(ledger);
      const { host, port, ...login } = postgres.address;
      const database = String((await pool.query('select current_database() as name')).rows[0].name);
      const proxy = await startFaultProxy({ targets: [{ name: 'postgres', upstream: `${host}:${port}` }] });
      const [proxyHost = '', proxyPort] = proxy.addressOf('postgres').split(':');
      const far = createPool({ ...login, database, host: proxyHost, port: Number(proxyPort) });
      const batch = batchOf([1, 2, 3].map((n) => order(n).record));
      try {
        const losing = losingCommits(far, faultProxyClient(proxy.url), kind);

        await expect(recordBatch(losing, batch)).rejects.toMatchObject({ code: 'ledger_unreachable' });

        const { rows } = await pool.query(`select (select count(*) from orders)::integer as orders,
          (select count(*) from order_lines)::integer as lines, (select sold from products) as sold,
          (select coalesce(sum(next_offset), 0) from log_positions)::integer as position`);
        expect(rows).toEqual([{ orders: there, lines: there, sold: there, position: there }]);
        const again = await ledger.record(batch);
        expect(again).toEqual({ kind: 'recorded', recorded: 3 - there, repeated: there, late: 0 });
        expect(await unitsOf(ledger)).toBe('0 held, 3 sold of 10');
      } finally {
        await far.end();
        await proxy.close();
      }
    }),
  );
});
