import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedAddress } from '../../../../src/adapters/embedded-postgres/embedded-postgres.ts';
import { nodeDigest } from '../../../../src/adapters/node/node-digest.ts';
import { requireSchema } from '../../../../src/adapters/postgres/migrations.ts';
import { createPool, type PostgresAddress } from '../../../../src/adapters/postgres/pool.ts';
import { createPostgresLedger } from '../../../../src/adapters/postgres/postgres-ledger.ts';
import { ledgerGroup } from '../../../../src/engine/ports/order-log.ts';
import { verifySale } from '../../../../src/toolkit/verify/verify-sale.ts';
import { openSale } from '../../../contract/ledger-world.ts';
import { postgresOfFile } from '../../../support/postgres-of-file.ts';
import {
  append,
  type Books,
  caughtUp,
  emptyBooks,
  logBook,
  quickClock,
  recordOf,
} from '../../../support/sale-books.ts';

/** What docs/verify.md tells an operator to run: the block of SQL in the part about the role. */
const page = readFileSync(join(import.meta.dirname, '../../../../docs/verify.md'), 'utf8');
const sql = /## A role that may only read[\s\S]*?```sql\n([\s\S]*?)```/.exec(page)?.[1] ?? 'not found';
const role = { user: 'fluxgate_verify', password: /password '([^']+)'/.exec(sql)?.[1] ?? '' };

const postgres = postgresOfFile();
let address: EmbeddedAddress;
let reading: EmbeddedAddress;
beforeAll(async () => {
  address = await postgres.database();
  reading = { ...address, ...role };
  await asked(address, (client) => client.query(sql));
});

async function asked<Result>(address: PostgresAddress, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client(address);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Every row of every table with the transaction that wrote it, and every sequence. */
async function everything(client: Client): Promise<Record<string, unknown>> {
  const { rows } = await client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind = 'r' order by 1`,
  );
  const all: Record<string, unknown> = {};
  for (const { name } of rows) {
    const found = await client.query(
      `select md5(coalesce(string_agg(t::text || t.xmin, '|' order by t::text), '')) from ${name} t`,
    );
    all[name] = found.rows[0];
  }
  const sequences = await client.query('select sequencename, last_value from pg_sequences order by 1');
  return { ...all, sequences: sequences.rows };
}

/** Three orders in the ledger, and in the log's book. The ledger is filled once: whoever reads it changes nothing. */
async function soldBooks() {
  const books = emptyBooks(100);
  const records = ['ann', 'bob', 'cas'].map((user) => recordOf(user, 'key'));
  for (const record of records) append(books, record);
  const ledger = createPostgresLedger({ pool: createPool(address) });
  if ((await ledger.sales()).length === 0) await openSale(ledger, { stock: { ticket: 100 } });
  for (const [partition, entries] of books.log.entries()) {
    const nextOffset = BigInt(entries.length);
    const orders = entries.flatMap((entry) =>
      entry.kind === 'order' ? [{ kind: entry.kind, record: entry.record }] : [],
    );
    await ledger.record({ groupId: ledgerGroup, partition, entries: orders, nextOffset });
  }
  caughtUp(books);
  await ledger.close();
  return books;
}

async function verifiedAsRole(books: Books) {
  const ledger = createPostgresLedger({ pool: createPool(reading, { statementTimeoutMs: 0, workMemMb: 64 }) });
  const options = { saleId: null, since: null, waitMs: 0, maxRevoked: 0, graceMs: 10_000 };
  const use = { ledger, orderLog: logBook(books), gateBook: null, history: null };
  return verifySale({ ...use, clock: quickClock(), digest: nodeDigest, options }).finally(() => ledger.close());
}

describe('the documented role', () => {
  it('is enough to verify, and nothing is written', async () => {
    const books = await soldBooks();
    const before = await asked(address, everything);

    await requireSchema(reading);
    const report = await verifiedAsRole(books);

    expect(report).toMatchObject({ verdict: 'holds', classes: { ok: 3, lost: 0, unexpected: 0 } });
    expect(await asked(address, everything)).toEqual(before);
  });

  it('is enough where every row has to be read, to name the orders that the log does not have', async () => {
    const books = await soldBooks();
    for (const entries of books.log) entries.length = 0;
    caughtUp(books);
    books.recorded.fill(0);

    const report = await verifiedAsRole(books);

    expect(report).toMatchObject({ verdict: 'violated', classes: { unexpected: 3 } });
  });

  it.each([
    ['take an order away', 'delete from orders'],
    ['change a counter', 'update products set sold = 0'],
    ['make a table', 'create table mine (n int)'],
    ['read the keys that sign passes', 'select secret from signing_keys'],
    ['see who changed what', 'select * from admin_events'],
  ])('cannot %s, not even outside of a read-only transaction', async (_, statement) => {
    const refused = asked(reading, async (client) => {
      await client.query('set default_transaction_read_only = off');
      return client.query(statement);
    });

    // insufficient_privilege
    await expect(refused).rejects.toMatchObject({ code: '42501' });
  });
});
