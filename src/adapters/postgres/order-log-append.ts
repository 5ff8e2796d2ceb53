import type { Pool, PoolClient } from 'pg';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { LogAppend } from '../../engine/ports/order-log.ts';
import { statement } from './sql-statement.ts';

const appendSql = statement('order-log-append');

/** Appends to one partition in one round trip. @throws what pg throws; the rows may be there or come later all the same */
export async function appendRows(client: PoolClient, partition: number, records: readonly LogAppend[]): Promise<void> {
  const starts: number[] = [];
  const sizes: number[] = [];
  let next = 1;
  for (const { bytes } of records) {
    starts.push(next);
    sizes.push(bytes.length);
    next += bytes.length;
  }
  const orderIds = records.map(({ orderId }) => orderId);
  const blob = Buffer.concat(records.map(({ bytes }) => bytes));
  const values = [partition, records.length, orderIds, blob, starts, sizes];
  const result = await client.query({ ...appendSql, values });
  if (result.rowCount !== records.length) {
    throw new FluxError('ledger_schema', `Partition ${partition} of the order log has lost its row`);
  }
}

/**
 * Runs `work` on a connection of the pool, for at most `timeoutMs`. What takes longer is left to itself: its connection is
 * destroyed (it may be stuck for good), and whether the statement commits is then unknown.
 * @throws FluxError `order_log_unreachable` where the time is over, or what `before`, `work` and pg throw
 */
export async function withinDeadline(
  use: { readonly pool: Pool; readonly clock: Clock; readonly before: () => Promise<void> },
  timeoutMs: number,
  work: (client: PoolClient) => Promise<void>,
): Promise<void> {
  const cut = new AbortController();
  const loan: { client: PoolClient | null; over: boolean } = { client: null, over: false };
  const run = async () => {
    await use.before();
    loan.client = await use.pool.connect();
    loan.client.on('error', ignored);
    try {
      if (!loan.over) await work(loan.client);
      giveBack(loan, false);
    } catch (error) {
      // Whatever state the connection is in: appends fail seldom, and a fresh connection is cheap.
      giveBack(loan, true);
      throw error;
    }
  };
  const timeout = use.clock.sleep(timeoutMs, cut.signal).then(() => {
    if (cut.signal.aborted) return;
    loan.over = true;
    giveBack(loan, true);
    throw new FluxError('order_log_unreachable', `PostgreSQL did not take an append within ${timeoutMs} ms`);
  });
  try {
    await Promise.race([run(), timeout]);
  } finally {
    cut.abort();
  }
}

/** The death of a connection reaches its query, too; without a listener the event would end the process. */
function ignored(): void {}

function giveBack(loan: { client: PoolClient | null }, destroy: boolean): void {
  const { client } = loan;
  loan.client = null;
  if (!destroy) client?.off('error', ignored);
  client?.release(destroy);
}
