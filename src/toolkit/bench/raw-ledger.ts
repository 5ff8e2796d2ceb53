import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import type { OrderRecord } from '../../engine/domain/order.ts';

/** PostgreSQL without anything of ours but the tables: the bare limit that `bench ledger` compares with. */
export interface RawLedger {
  /** A transaction that writes the orders; all that is ours to do for it is done beforehand. */
  prepare(orders: readonly OrderRecord[]): () => Promise<void>;
  count(): Promise<{ readonly orders: number; readonly lines: number }>;
  empty(): Promise<void>;
  close(): Promise<void>;
}

const bareOrders = statement('bare-orders');
const bareLines = statement('bare-lines');
const countOrders = statement('count-orders');
const emptyLedger = statement('empty-ledger');

/** Opens one connection. @throws what pg throws */
export async function openRawLedger(address: {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}): Promise<RawLedger> {
  const client = new Client(address);
  await client.connect();
  return {
    prepare(orders) {
      const lines = orders.flatMap(({ orderId, lines: own }) => own.map((line) => ({ orderId, ...line })));
      const ordersCall = {
        ...bareOrders,
        values: [
          arrayOf(orders, ({ orderId }) => orderId),
          arrayOf(orders, ({ requestHash }) => requestHash),
          arrayOf(orders, ({ acceptedAt }) => acceptedAt),
          arrayOf(orders, ({ epoch }) => epoch),
          arrayOf(orders, ({ saleId }) => saleId),
          arrayOf(orders, ({ gateId }) => gateId),
          arrayOf(orders, ({ currency }) => currency),
          arrayOf(orders, ({ userId }) => userId),
          arrayOf(orders, ({ idempotencyKey }) => idempotencyKey),
        ],
      };
      const linesCall = {
        ...bareLines,
        values: [
          arrayOf(lines, ({ orderId }) => orderId),
          arrayOf(lines, ({ productId }) => productId),
          arrayOf(lines, ({ quantity }) => quantity),
          arrayOf(lines, ({ unitPriceMinor }) => unitPriceMinor),
        ],
      };
      return async () => {
        await client.query('begin');
        await client.query(ordersCall);
        await client.query(linesCall);
        await client.query('commit');
      };
    },
    async count() {
      const { rows } = await client.query<{ orders: number; lines: number }>(countOrders);
      return rows[0] ?? { orders: 0, lines: 0 };
    },
    async empty() {
      await client.query(emptyLedger);
    },
    close: () => client.end(),
  };
}

/** A PostgreSQL array of values that need no quotes: those of a bench need none. */
function arrayOf<Item>(items: readonly Item[], value: (item: Item) => string | number | bigint): string {
  return `{${items.map(value).join(',')}}`;
}

/** `sql/<name>.sql`, prepared once by its name. */
function statement(name: string): { readonly name: string; readonly text: string } {
  return { name, text: readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), 'utf8') };
}
