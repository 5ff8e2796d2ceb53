import { expect, it } from 'vitest';
import { describeSchema } from '../../../../src/adapters/postgres/describe-schema.ts';
import { createPool } from '../../../../src/adapters/postgres/pool.ts';
import { postgresOfFile } from '../../../support/postgres-of-file.ts';

const postgres = postgresOfFile();

it('the migrated schema is the one in docs/schema.txt (update it with: vitest run -u)', async () => {
  const pool = createPool(await postgres.database());

  const schema = await describeSchema(pool);
  await pool.end();

  await expect(schema).toMatchFileSnapshot('../../../../docs/schema.txt');
});
