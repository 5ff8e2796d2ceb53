import type { Pool, PoolClient } from 'pg';
import { faultOf } from './pg-fault.ts';
import type { Statement } from './sql-statement.ts';

/** One moment of the database, read on one connection. */
export interface DatabaseMoment {
  readonly client: PoolClient;
  /** The rows of a statement in pages, each row as an array of its columns: a million rows never stand in memory together. */
  pages<Row extends unknown[]>(
    statement: Statement,
    values: readonly unknown[],
    pageSize: number,
  ): AsyncGenerator<readonly Row[]>;
}

/**
 * Reads in one REPEATABLE READ, READ ONLY transaction: everything that `read` yields is of one moment. The connection goes
 * back when the generator ends, also where its reader stops early.
 * @throws FluxError `ledger_unreachable`
 */
export async function* readMoment<Item>(
  pool: Pool,
  read: (moment: DatabaseMoment) => AsyncGenerator<Item>,
): AsyncGenerator<Item> {
  const client = await pool.connect().catch((error: unknown) => {
    throw faultOf(error);
  });
  let broken = false;
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);
  try {
    // Cursors are read to their end: the plan has to be the best for all rows, not for the first.
    await client.query('begin isolation level repeatable read read only; set local cursor_tuple_fraction = 1');
    yield* read({ client, pages: (statement, values, pageSize) => pagesOf(client, statement, values, pageSize) });
  } catch (error) {
    throw faultOf(error);
  } finally {
    // Nothing was written: a rollback ends it as well as a commit, wherever it stands.
    await client.query('rollback').catch(onError);
    client.off('error', onError);
    client.release(broken);
  }
}

/** SQL cursors, not pg-cursor: other statements can run between two pages, and the statement timeout counts for each page. */
async function* pagesOf<Row extends unknown[]>(
  client: PoolClient,
  { name, text }: Statement,
  values: readonly unknown[],
  pageSize: number,
): AsyncGenerator<readonly Row[]> {
  const cursor = client.escapeIdentifier(name);
  await client.query(`declare ${cursor} no scroll cursor for ${text}`, [...values]);
  for (;;) {
    const page = await client.query<Row>({ text: `fetch ${Math.trunc(pageSize)} from ${cursor}`, rowMode: 'array' });
    if (page.rows.length > 0) yield page.rows;
    if (page.rows.length < pageSize) break;
  }
  await client.query(`close ${cursor}`);
}
