import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { expect, it } from 'vitest';
import { createPool } from '../../../../src/adapters/postgres/pool.ts';
import { createPostgresLedger } from '../../../../src/adapters/postgres/postgres-ledger.ts';
import { FluxError } from '../../../../src/engine/domain/flux-error.ts';
import type { ServerId } from '../../../../src/engine/domain/ids.ts';
import { startFaultProxy } from '../../../../src/toolkit/fault-proxy/fault-proxy.ts';
import { faultProxyClient } from '../../../../src/toolkit/fault-proxy/fault-proxy-client.ts';
import { batchOf, marker, night, openSale, order, recordAll, ticket, unitsOf } from '../../../contract/ledger-world.ts';
import { eventually } from '../../../support/eventually.ts';
import { ledgersOn, postgresOfFile } from '../../../support/postgres-of-file.ts';
import { pauseProcess } from '../../../support/process-state.ts';

const postgres = postgresOfFile();
const withLedger = ledgersOn(postgres);

async function addressOf(pool: Pool) {
  const { rows } = await pool.query<{ database: string }>('select current_database() as database');
  return { ...postgres.address, database: rows[0]?.database ?? '' };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

it('partitions that record at once into one product all count, whoever has to read its version again', () =>
  withLedger(async (ledger) => {
    await openSale(ledger, { stock: { ticket: 1_000 } });

    const batches = range(0, 40).map((n) => ({
      n,
      records: range(n * 10, n * 10 + 10).map((each) => order(each).record),
    }));
    await Promise.all(batches.map(({ n, records }) => recordAll(ledger, records, { partition: n % 8 })));

    expect(await unitsOf(ledger)).toBe('0 held, 400 sold of 1000');
  }));

it('the same orders in several partitions, in any order, are recorded once and block nobody', () =>
  withLedger(async (ledger) => {
    await openSale(ledger, { stock: { ticket: 1_000 } });
    const records = range(0, 200).map((n) => order(n).record);

    const results = await Promise.all(
      range(0, 6).map((n) => ledger.record(batchOf(n % 2 ? records : [...records].reverse(), { partition: n }))),
    );

    const recorded = results.map((result) => (result.kind === 'recorded' ? result.recorded : Number.NaN));
    expect(recorded.reduce((sum, each) => sum + each, 0)).toBe(200);
    expect(await unitsOf(ledger)).toBe('0 held, 200 sold of 1000');
  }));

it('a consumer that lost its partition waits for the one that has it, and finds its marker', () =>
  withLedger(async (ledger, pool) => {
    await openSale(ledger);
    await recordAll(ledger, [order(1).record]);
    const holder = await pool.connect();
    await holder.query('begin');
    await holder.query('select 1 from log_positions where partition = 0 for update');
    await holder.query(`insert into epoch_markers values (0, $1, 'main', 2)`, [night]);

    let answered = false;
    const zombie = ledger.record(batchOf([order(2).record])).finally(() => {
      answered = true;
    });
    // Until the database says that somebody waits for that very lock.
    await eventually('the zombie waits', async () => {
      const { rows } = await pool.query(`select count(*)::integer as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      return rows[0].n === 1;
    });
    expect(answered).toBe(false);
    await holder.query('commit');
    holder.release();

    expect(await zombie).toEqual({ kind: 'recorded', recorded: 0, repeated: 0, late: 1 });
    expect(await unitsOf(ledger)).toBe('0 held, 1 sold of 10');
  }));

it('an order that is recorded while two cancel it gives its units back once', () =>
  withLedger(async (ledger, pool) => {
    await openSale(ledger);
    const mine = order(1).record;
    await recordAll(ledger, [order(2).record]);
    const recorded = Promise.withResolvers<void>();
    let looked = 0;
    const own = createPool(await addressOf(pool));
    // Both have asked for the lock of an order that is not there yet when it appears.
    const late = new Proxy(own, {
      get(target, property) {
        if (property !== 'connect') return Reflect.get(target, property);
        return async () => {
          const client = await own.connect();
          const query = client.query.bind(client);
          return Object.assign(client, {
            async query(asked: { readonly name?: string }) {
              const answer: unknown = await Reflect.apply(query, client, [asked]);
              if (asked.name === 'lock-order') {
                looked += 1;
                await recorded.promise;
              }
              return answer;
            },
          });
        };
      },
    });
    const other = createPostgresLedger({ pool: late });

    const both = Promise.all([1, 2].map(() => other.transition(mine.orderId, 'cancelled', 'test')));
    await eventually('both have looked', () => looked === 2);
    await recordAll(ledger, [mine]);
    recorded.resolve();
    const results = await both;
    await own.end();

    expect(results.filter(({ kind }) => kind === 'moved').length).toBeLessThanOrEqual(1);
    expect(await unitsOf(ledger)).toBe(
      results.some(({ kind }) => kind === 'moved') ? '0 held, 1 sold of 10' : '0 held, 2 sold of 10',
    );
  }));

it('a refused batch leaves nothing: no order, no line, no marker, no position', () =>
  withLedger(async (ledger, pool) => {
    await openSale(ledger, { stock: { ticket: 1 } });

    const result = await ledger.record(batchOf([order(1).record, order(2).record, marker(5)]));

    expect(result).toEqual({ kind: 'refused', rule: 'units_within_total' });
    const { rows } = await pool.query(`select (select count(*) from orders)::integer as orders,
      (select count(*) from order_lines)::integer as lines, (select count(*) from epoch_markers)::integer as markers,
      (select count(*) from log_positions)::integer as positions`);
    expect(rows).toEqual([{ orders: 0, lines: 0, markers: 0, positions: 0 }]);
  }));

it('an order with a text that PostgreSQL cannot store is refused, and so is its revocation', () =>
  withLedger(async (ledger) => {
    await openSale(ledger);
    const { record } = order(1).by('eve\0');

    expect(await ledger.record(batchOf([record]))).toMatchObject({ kind: 'refused' });
    expect(await ledger.revoke(record, 'test', { release: false })).toMatchObject({ kind: 'refused' });

    expect(await ledger.order(record.orderId)).toBeNull();
  }));

it('the CHECK refuses whoever writes past it', () =>
  withLedger(async (ledger, pool) => {
    await openSale(ledger);

    await expect(pool.query('update products set sold = total + 1')).rejects.toMatchObject({
      constraint: 'units_within_total',
    });
    await expect(pool.query('update products set held = -1')).rejects.toMatchObject({
      constraint: 'units_within_total',
    });
    expect((await ledger.auditProducts()).map(({ productId }) => productId)).toEqual([ticket]);
  }));

it('a cut connection is an unreachable ledger, and the next call goes through', () =>
  withLedger(async (ledger, pool) => {
    await openSale(ledger);
    const holder = await pool.connect();
    await holder.query('begin');
    await holder.query('lock table orders');
    const blocked = ledger.record(batchOf([order(1).record])).catch((error: unknown) => error);
    await eventually('the waiting connection was cut', async () => {
      // Through the pool: in a transaction the view would stay as it was when first read.
      const { rows } = await pool.query(`select count(pg_terminate_backend(pid))::integer as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      return rows[0].n === 1;
    });
    await holder.query('rollback');
    holder.release();

    expect(await blocked).toMatchObject({ code: 'ledger_unreachable', hint: expect.any(String) });
    await recordAll(ledger, [order(1).record]);
    expect(await unitsOf(ledger)).toBe('0 held, 1 sold of 10');
  }));

it('a database that takes no writes is a full ledger, and can be read', () =>
  withLedger(async (ledger, pool) => {
    await openSale(ledger);
    const name = String((await pool.query('select current_database() as name')).rows[0].name);
    await pool.query(`alter database ${name} set default_transaction_read_only = on`);
    const reader = createPostgresLedger({ pool: createPool({ ...postgres.address, database: name }) });

    await expect(reader.takeLease('controller', 'me', 1_000)).rejects.toMatchObject({ code: 'ledger_full' });
    expect(await unitsOf(reader)).toBe('0 held, 0 sold of 10');
    await reader.close();
  }));

it('a statement over its limit, and nobody at the address, are unreachable', async () => {
  const database = await postgres.database();
  const slow = createPool(database, { statementTimeoutMs: 50 });
  const ledger = createPostgresLedger({ pool: slow });
  await openSale(ledger);
  const holder = createPool(database);
  const client = await holder.connect();
  await client.query('begin');
  await client.query('lock table sales');
  // Port 9 is discard's, which nobody runs.
  const nowhere = createPostgresLedger({ pool: createPool({ ...database, port: 9 }) });

  await expect(ledger.sales()).rejects.toMatchObject({ code: 'ledger_unreachable' });
  await expect(nowhere.ping()).rejects.toMatchObject({ code: 'ledger_unreachable' });

  await client.query('rollback');
  client.release();
  await Promise.all([holder.end(), ledger.close(), nowhere.close()]);
});

it('a reader that stops in the middle of a snapshot gives its connection back', () =>
  withLedger(async (ledger, pool) => {
    await openSale(ledger);
    await recordAll(ledger, [order(1).record]);

    for await (const chunk of ledger.snapshot(night)) {
      expect(chunk.kind).toBe('head');
      break;
    }

    expect(pool.idleCount).toBe(pool.totalCount);
  }));

it('rebuilds of many sales at once leave connections to everybody else', async () => {
  const pool = createPool(await postgres.database(), { max: 6, connectTimeoutMs: 500 });
  const ledger = createPostgresLedger({ pool });
  await openSale(ledger);
  const readers = range(0, 8).map(() => ledger.snapshot(night)[Symbol.asyncIterator]());

  const heads = readers.map((reader) => reader.next());
  await Promise.race(heads);
  const answers = await Promise.all(range(0, 10).map(() => ledger.ping()));
  expect(answers).toHaveLength(10);

  // Each gets its turn as those before it end.
  for (const [n, reader] of readers.entries()) {
    expect((await heads[n])?.value).toMatchObject({ kind: 'head' });
    await reader.return?.();
  }
  await ledger.close();
});

it('a database that stands still is an unreachable ledger, and nothing waits for it for ever', async () => {
  const pool = createPool(await postgres.database(), { max: 2, statementTimeoutMs: 200, connectTimeoutMs: 300 });
  const ledger = createPostgresLedger({ pool });
  await openSale(ledger);
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const session = rows[0]?.pid ?? 0;
  // The limit that PostgreSQL itself keeps does not help where it does not run.
  await pauseProcess(session);
  try {
    const asked = [ledger.ping(), recordAll(ledger, [order(1).record])].map((each) =>
      each.then(
        () => 'answered',
        (error: unknown) => (error instanceof FluxError ? error.code : String(error)),
      ),
    );

    expect(await Promise.all(asked)).toContain('ledger_unreachable');
  } finally {
    process.kill(session, 'SIGCONT');
  }

  expect((await ledger.ping()).latencyMs).toBeGreaterThan(0);
  await ledger.close();
});

/** Less than a pool waits for an answer (33 s), longer than a lease does. */
it('a server asks again where the network swallowed what it asked for its lease', { timeout: 25_000 }, async () => {
  const { host, port, ...login } = await postgres.database();
  const proxy = await startFaultProxy({ targets: [{ name: 'postgres', upstream: `${host}:${port}` }] });
  const control = faultProxyClient(proxy.url);
  const [proxyHost = '', proxyPort] = proxy.addressOf('postgres').split(':');
  const pool = createPool({ ...login, host: proxyHost, port: Number(proxyPort) });
  const ledger = createPostgresLedger({ pool });
  const server = randomUUID() as ServerId;
  try {
    await ledger.renewServer(server, 0);
    await control.set('postgres', { kind: 'blackhole' });
    await expect(ledger.renewServer(server, 0)).rejects.toMatchObject({ code: 'ledger_unreachable' });
    await control.clear('postgres');
    expect(await ledger.renewServer(server, 0)).toEqual([]);
  } finally {
    await ledger.close();
    await proxy.close();
  }
});
