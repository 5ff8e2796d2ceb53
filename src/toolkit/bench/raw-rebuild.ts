import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Client, Query } from 'pg';
import { encodeCommand, openRawRedis, type RawRedis } from './raw-redis.ts';

/** The ledger and Redis without anything of ours between them: the bare limit that `bench rebuild` compares with. */
export interface RawRebuild {
  /** Reads the sale's orders and buyers by one SELECT each and writes them into new hashes; how many fields that made. */
  copy(saleId: string): Promise<number>;
  /** Bytes that PostgreSQL has for orders and their lines. */
  ledgerBytes(): Promise<number>;
  close(): Promise<void>;
}

const orders = sqlText('bare-rebuild-orders');
const buyers = sqlText('bare-rebuild-buyers');
const size = sqlText('ledger-size');
/** Of the hashes that are made, and removed again. */
const keys = { orders: 'bare:orders', buyers: 'bare:buyers' } as const;
/** Fields in one HSET: its head is nothing beside them, and Redis answers others in between. */
const fieldsACommand = 500;
const settled = Buffer.from('s');

interface OrderRow {
  readonly id: Buffer;
  readonly hash: Buffer;
}

interface BuyerRow {
  readonly user_id: string;
  readonly product_id: string;
  readonly units: string;
}

/** Opens one connection to each. @throws what pg and the socket throw */
export async function openRawRebuild(address: {
  readonly redis: { readonly host: string; readonly port: number };
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly database: string;
  };
}): Promise<RawRebuild> {
  const client = new Client(address.postgres);
  await client.connect();
  return {
    async copy(saleId) {
      const redis = await openRawRedis(address.redis);
      try {
        const of = { redis, client, saleId };
        const orderFields = await write<OrderRow>(of, keys.orders, orders, ({ id, hash }) => [
          id,
          Buffer.concat([settled, hash]),
        ]);
        const buyerFields = await write<BuyerRow>(of, keys.buyers, buyers, ({ user_id, product_id, units }) => [
          `${user_id}\0${product_id}`,
          units,
        ]);
        return orderFields + buyerFields;
      } finally {
        await redis.send(encodeCommand(['UNLINK', keys.orders, keys.buyers])).catch(() => {});
        redis.close();
      }
    },
    async ledgerBytes() {
      const { rows } = await client.query<{ bytes: number }>(size);
      return rows[0]?.bytes ?? 0;
    },
    close: () => client.end(),
  };
}

/** Rows are written as they arrive: Redis works while PostgreSQL does. */
async function write<Row extends object>(
  { redis, client, saleId }: { readonly redis: RawRedis; readonly client: Client; readonly saleId: string },
  key: string,
  text: string,
  fieldOf: (row: Row) => readonly [string | Buffer, string | Buffer],
): Promise<number> {
  const sent: Promise<void>[] = [];
  let words: (string | Buffer)[] = [];
  let fields = 0;
  const flush = () => {
    if (words.length > 0) sent.push(redis.send(encodeCommand(['HSET', key, ...words])));
    words = [];
  };
  const query = new Query<Row>({ text, values: [saleId] });
  query.on('row', (row) => {
    words.push(...fieldOf(row));
    fields += 1;
    if (fields % fieldsACommand === 0) flush();
  });
  const ended = once(query, 'end');
  client.query(query);
  await ended;
  flush();
  await Promise.all(sent);
  return fields;
}

function sqlText(name: string): string {
  return readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), 'utf8');
}
