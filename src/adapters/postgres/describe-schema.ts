import type { Pool } from 'pg';
import { queryPool } from './query-pool.ts';
import { statement } from './sql-statement.ts';

const describeSchemaSql = statement('describe-schema');

/** Tables, columns, constraints and indexes from the catalog, as stable text: docs/schema.txt is compared with it. */
export async function describeSchema(pool: Pool): Promise<string> {
  const { rows } = await queryPool<{ line: string }>(pool, describeSchemaSql);
  return `${rows.map(({ line }) => line).join('\n')}\n`;
}
