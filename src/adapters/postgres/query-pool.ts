import type { Pool, QueryResult, QueryResultRow } from 'pg';
import { faultOf } from './pg-fault.ts';
import type { Statement } from './sql-statement.ts';

/**
 * One statement on any connection of the pool. `Row` is what the statement's own header says it returns.
 * @param timeoutMs how long to wait for the answer; the pool's limit where not given
 * @throws FluxError `ledger_unreachable`, `ledger_full`
 */
export async function queryPool<Row extends QueryResultRow>(
  pool: Pool,
  statement: Statement,
  values: readonly unknown[] = [],
  timeoutMs?: number,
): Promise<QueryResult<Row>> {
  try {
    return await pool.query<Row>({
      ...statement,
      values: [...values],
      ...(timeoutMs === undefined ? {} : { query_timeout: timeoutMs }),
    });
  } catch (error) {
    throw faultOf(error);
  }
}
