import { describe, expect, it } from 'vitest';
import { jsonRecordCodec } from '../../src/adapters/node/json-record-codec.ts';
import { nodeClock } from '../../src/adapters/node/node-clock.ts';
import { createPostgresOrderLog } from '../../src/adapters/postgres/order-log.ts';
import { createPool, type PostgresAddress } from '../../src/adapters/postgres/pool.ts';
import { mainGate } from '../../src/engine/domain/ids.ts';
import type { OrderLog } from '../../src/engine/ports/order-log.ts';
import { epoch, orderId, saleId } from '../builders/ids.ts';
import { eventually } from '../support/eventually.ts';
import { postgresOfFile } from '../support/postgres-of-file.ts';
import { appendAll, appendOf, appendsOf, orderLogSuite, scanAll, startReader } from './order-log-suite.ts';

const postgres = postgresOfFile();

/** Processes on one database: each has a pool and a log of its own. */
function processesOn(address: PostgresAddress, partitions: number) {
  const pools: ReturnType<typeof createPool>[] = [];
  return {
    pools,
    open(): OrderLog {
      const pool = createPool(address, { max: 10 });
      pools.push(pool);
      return createPostgresOrderLog({ pool, codec: jsonRecordCodec, clock: nodeClock, partitions, pollMs: 20 });
    },
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}

orderLogSuite('postgres', async (partitions) => {
  const processes = processesOn(await postgres.database(), partitions);
  return { log: processes.open(), reopen: async () => processes.open(), close: processes.close };
});

describe('order log: postgres, among other processes and on bad days', () => {
  async function withProcesses(
    partitions: number,
    run: (processes: ReturnType<typeof processesOn>, address: PostgresAddress) => Promise<void>,
  ): Promise<void> {
    const address = await postgres.database();
    const processes = processesOn(address, partitions);
    try {
      await run(processes, address);
    } finally {
      await processes.close();
    }
  }

  it('finds what another process appended', () =>
    withProcesses(4, async (processes) => {
      const reader = startReader(processes.open());
      await appendAll(processes.open(), appendsOf(1, 10));

      await eventually('it was read', () => reader.entries().length === 10);
      await reader.stop();
    }));

  it('does not let a reader pass a commit that is still to come, and answers unknown meanwhile', () =>
    withProcesses(1, async (processes, address) => {
      const log = processes.open();
      await appendAll(log, [appendOf(1)]);
      const other = createPool(address);
      const slow = await other.connect();
      await slow.query('begin');
      await slow.query('update order_log_partitions set next_offset = next_offset + 1 where partition = 0');
      await slow.query('insert into order_log values (0, 1, 0, $1, $2)', [orderId(2), appendOf(2).bytes]);
      const reader = startReader(log);

      const outcome = await log.append([appendOf(3)], 100);
      expect(outcome.kind).toBe('unknown');
      await eventually('the first was read', () => reader.entries().length === 1);
      await slow.query('commit');
      slow.release();
      await other.end();
      await appendAll(log, [appendOf(4)]);

      const wanted = [orderId(1), orderId(2), orderId(4)];
      const ids = () => reader.entries().flatMap((entry) => (entry.kind === 'order' ? [entry.record.orderId] : []));
      await eventually('all were read', () => wanted.every((id) => ids().includes(id)));
      await reader.stop();
      // Order 3 was unknown: it may have come in or not, but what came came in order.
      expect(ids().filter((id) => id !== orderId(3))).toEqual(wanted);
      const offsets = reader.entries().map(({ offset }) => offset);
      expect(offsets).toEqual(offsets.map((_, index) => BigInt(index)));
    }));

  it('refuses a log that has more partitions than the configuration says', () =>
    withProcesses(8, async (processes, address) => {
      await appendAll(processes.open(), [appendOf(1)]);
      const fewer = processesOn(address, 4);
      const log = fewer.open();

      await expect(log.append([appendOf(2)], 1_000)).rejects.toMatchObject({ code: 'config_invalid' });
      await expect(log.lag('ledger')).rejects.toMatchObject({ code: 'config_invalid' });
      await fewer.close();
    }));

  it('shows a row that it does not understand as malformed', () =>
    withProcesses(1, async (processes) => {
      const log = processes.open();
      await appendAll(log, [appendOf(1)]);
      const [pool] = processes.pools;
      await pool?.query('update order_log_partitions set next_offset = 3');
      await pool?.query(`insert into order_log values (0, 1, 1, null, 'no marker'), (0, 2, 0, null, 'no order')`);

      const entries = (await scanAll(log)).flatMap((batch) => batch.entries);

      expect(entries).toMatchObject([
        { kind: 'order' },
        { kind: 'malformed', orderId: null },
        { kind: 'malformed', orderId: null },
      ]);
    }));

  it('reads on after its connections were cut', () =>
    withProcesses(4, async (processes) => {
      const log = processes.open();
      const reader = startReader(log);
      await appendAll(log, [appendOf(1)]);
      await eventually('the first was read', () => reader.entries().length === 1);

      const killer = createPool(postgres.address);
      await killer.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, [
        String(processes.pools[0]?.options.database),
      ]);
      await killer.end();
      await eventually('an append goes through again', async () => {
        const outcome = await log.append([appendOf(2)], 1_000);
        return outcome.kind === 'appended';
      });

      await eventually('the second was read', () => reader.entries().length >= 2);
      await reader.stop();
    }));

  it('answers unknown, or says that it cannot be reached, where nobody listens', async () => {
    // Port 9 is discard's, which nobody runs.
    const processes = processesOn({ ...postgres.address, host: '127.0.0.1', port: 9 }, 4);
    const log = processes.open();

    expect((await log.append([appendOf(1)], 500)).kind).toBe('unknown');
    const unreachable = { code: 'order_log_unreachable' };
    await expect(log.mark({ saleId: saleId(), gateId: mainGate, epoch: epoch(1) })).rejects.toMatchObject(unreachable);
    await expect(log.read('ledger', async () => {}, new AbortController().signal)).rejects.toMatchObject(unreachable);
    await expect(log.lag('ledger')).rejects.toMatchObject(unreachable);
    await expect(scanAll(log)).rejects.toMatchObject(unreachable);
    await processes.close();
  });
});
