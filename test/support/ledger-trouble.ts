import type { Pool } from 'pg';
import { eventually } from './eventually.ts';

/** From now on two of five writes of orders fail with 40001, as a database of serializable transactions (CockroachDB) does. */
export async function failSerialization(ledger: Pool): Promise<{
  /** How often it has failed so far. */
  failures(): Promise<number>;
  stop(): Promise<void>;
}> {
  // A sequence counts through rollbacks.
  await ledger.query(`create sequence serialization_failures minvalue 0 start 0;
    create function fail_serialization() returns trigger language plpgsql as $$ begin
      if random() < 0.4 then
        perform nextval('serialization_failures');
        raise exception 'could not serialize access' using errcode = '40001';
      end if;
      return null;
    end $$;
    create trigger fail_serialization before insert on orders for each statement execute function fail_serialization()`);
  return {
    async failures() {
      const { rows } = await ledger.query<{ count: string }>('select last_value as count from serialization_failures');
      return Number(rows[0]?.count);
    },
    stop: async () =>
      void (await ledger.query(
        'drop trigger fail_serialization on orders; drop function fail_serialization; drop sequence serialization_failures',
      )),
  };
}

/**
 * Makes one deadlock in which the recorder of orders is the victim: takes a product's row first, and what the recorder took
 * before it once the recorder waits. Its own patience is longer, so PostgreSQL ends the other.
 */
export async function deadlockRecorder(ledger: Pool, saleId: string): Promise<void> {
  const client = await ledger.connect();
  try {
    await client.query(`begin; set local deadlock_timeout = '1min'`);
    await client.query('select 1 from products where sale_id = $1 for update', [saleId]);
    const { rows: own } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const waiting = `select 1 from pg_stat_activity where $1 = any (pg_blocking_pids(pid)) and query ilike '%update products%'`;
    await eventually(
      'a recorder waits for the product',
      async () => (await ledger.query(waiting, [own[0]?.pid])).rows.length > 0,
      30_000,
    );
    await client.query('select 1 from log_positions for update');
    await client.query('commit');
  } finally {
    client.release(true);
  }
}

/** How many deadlocks PostgreSQL has ended in this database. */
export async function deadlocks(ledger: Pool): Promise<number> {
  const { rows } = await ledger.query<{ deadlocks: string }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return Number(rows[0]?.deadlocks);
}
