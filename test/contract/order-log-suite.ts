import { describe, expect, it } from 'vitest';
import { jsonRecordCodec } from '../../src/adapters/node/json-record-codec.ts';
import { type Epoch, mainGate } from '../../src/engine/domain/ids.ts';
import type { EpochMarker, LogAppend, LogBatch, LogEntry, OrderLog } from '../../src/engine/ports/order-log.ts';
import { orderLogLimits } from '../../src/engine/ports/order-log.ts';
import { aRecord } from '../builders/a-record.ts';
import { epoch, orderId, saleId } from '../builders/ids.ts';
import { eventually } from '../support/eventually.ts';

/** A log to try. It writes records with jsonRecordCodec and runs on the machine's clock. */
export interface OrderLogUnderTest {
  readonly log: OrderLog;
  /** The same log as a process sees it that starts now. */
  reopen(): Promise<OrderLog>;
  close(): Promise<void>;
}

/** Long enough for a busy machine: no test waits for it. */
export const deadlineMs = 10_000;

export function appendOf(n: number): LogAppend {
  const { record } = aRecord(n);
  return { orderId: record.orderId, bytes: jsonRecordCodec.encode(record) };
}

export function appendsOf(from: number, count: number): readonly LogAppend[] {
  return Array.from({ length: count }, (_, index) => appendOf(from + index));
}

export async function appendAll(log: OrderLog, records: readonly LogAppend[]): Promise<void> {
  expect(await log.append(records, deadlineMs)).toEqual({ kind: 'appended' });
}

const markerOf = (value: number): EpochMarker => ({ saleId: saleId(), gateId: mainGate, epoch: epoch(value) });

/** A reader that keeps what it was given. */
export function startReader(
  log: OrderLog,
  { group = 'ledger', handle = async () => {} }: { group?: string; handle?: (batch: LogBatch) => Promise<void> } = {},
) {
  const stop = new AbortController();
  const batches: LogBatch[] = [];
  const ended = log.read(
    group,
    async (batch) => {
      await handle(batch);
      batches.push(batch);
    },
    stop.signal,
  );
  return {
    batches,
    entries: () => batches.flatMap((batch) => batch.entries),
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

export async function scanAll(log: OrderLog): Promise<readonly LogBatch[]> {
  const batches: LogBatch[] = [];
  for await (const batch of log.scan()) batches.push(batch);
  return batches;
}

function idsOf(entries: readonly LogEntry[]): readonly string[] {
  return entries.flatMap((entry) => (entry.kind === 'order' ? [entry.record.orderId] : [])).sort();
}

/** Entries by partition, in the order in which they came. */
export function byPartition(batches: readonly LogBatch[]): ReadonlyMap<number, readonly LogEntry[]> {
  const found = new Map<number, LogEntry[]>();
  for (const { partition, entries } of batches) {
    found.set(partition, [...(found.get(partition) ?? []), ...entries]);
  }
  return found;
}

function expectNoGaps(batches: readonly LogBatch[]): void {
  for (const entries of byPartition(batches).values()) {
    const first = entries[0]?.offset ?? 0n;
    expect(entries.map(({ offset }) => offset)).toEqual(entries.map((_, index) => first + BigInt(index)));
  }
}

/** What every order log promises (ports/order-log.ts, design.md section 5). `make` starts with an empty one. */
export function orderLogSuite(name: string, make: (partitions: number) => Promise<OrderLogUnderTest>): void {
  function promise(what: string, run: (log: OrderLog, world: OrderLogUnderTest) => Promise<void>, partitions = 4) {
    it(what, async () => {
      const world = await make(partitions);
      try {
        await run(world.log, world);
      } finally {
        await world.close();
      }
    });
  }

  describe(`order log: ${name}`, () => {
    describe('append and read', () => {
      promise('gives a reader every record as it was appended', async (log) => {
        await appendAll(log, [appendOf(1), appendOf(2)]);

        const reader = startReader(log);
        await eventually('both were read', () => reader.entries().length === 2);
        await reader.stop();

        const records = reader.entries().map((entry) => (entry.kind === 'order' ? entry.record : entry));
        expect(records).toEqual(expect.arrayContaining([aRecord(1).record, aRecord(2).record]));
      });

      promise('gives the bytes back as they were appended', async (log) => {
        const appended = appendOf(1);
        await appendAll(log, [appended]);

        const [batch] = await scanAll(log);

        const [entry] = batch?.entries ?? [];
        expect(entry?.kind === 'order' && Buffer.from(entry.bytes).equals(appended.bytes)).toBe(true);
      });

      promise('wakes a reader that waits', async (log) => {
        const reader = startReader(log);
        await appendAll(log, [appendOf(1)]);
        await eventually('the first was read', () => reader.entries().length === 1);

        await appendAll(log, [appendOf(2)]);

        await eventually('the second was read', () => reader.entries().length === 2);
        await reader.stop();
      });

      promise('keeps a record that is appended twice twice: the ledger drops repeats', async (log) => {
        await appendAll(log, [appendOf(1)]);
        await appendAll(log, [appendOf(1)]);

        const entries = (await scanAll(log)).flatMap((batch) => batch.entries);
        expect(idsOf(entries)).toEqual([orderId(1), orderId(1)]);
      });

      promise('takes an empty append for done', async (log) => {
        expect(await log.append([], deadlineMs)).toEqual({ kind: 'appended' });
      });

      promise('refuses an append over the limit as a fault', async (log) => {
        const tooMany = appendsOf(1, orderLogLimits.append + 1);

        await expect(log.append(tooMany, deadlineMs)).rejects.toMatchObject({ code: 'fault' });

        expect(await scanAll(log)).toEqual([]);
      });

      promise(
        'hands over batches of bounded size, one partition each',
        async (log) => {
          for (let n = 0; n < 5; n++) await appendAll(log, appendsOf(1 + n * 1_000, 1_000));

          const reader = startReader(log);
          await eventually('all were read', () => reader.entries().length === 5_000);
          await reader.stop();

          for (const batch of reader.batches) {
            expect(batch.entries.length).toBeGreaterThan(0);
            expect(batch.entries.length).toBeLessThanOrEqual(orderLogLimits.batch);
            expect(batch.nextOffset).toBe((batch.entries.at(-1)?.offset ?? -1n) + 1n);
          }
          expectNoGaps(reader.batches);
        },
        1,
      );

      promise(
        'shows a reader every record once, in order and without gaps, while eight append at once',
        async (log) => {
          const reader = startReader(log);
          const writers = Array.from({ length: 8 }, async (_, writer) => {
            for (let turn = 0; turn < 15; turn++) await appendAll(log, appendsOf(1 + writer * 1_000 + turn * 10, 10));
          });
          await Promise.all(writers);
          await eventually('all were read', () => reader.entries().length >= 1_200);
          await reader.stop();

          expectNoGaps(reader.batches);
          expect(new Set(idsOf(reader.entries())).size).toBe(1_200);
          expect(reader.entries().length).toBe(1_200);
        },
      );
    });

    describe('where a handler fails, and where a reader begins', () => {
      promise(
        'gives a batch again where its handler rejected, and nothing behind it before',
        async (log) => {
          await appendAll(log, [appendOf(1)]);
          let failures = 0;
          const reader = startReader(log, {
            handle: async () => {
              failures += 1;
              if (failures <= 2) throw new Error('the ledger is away');
            },
          });

          await eventually('it was handled in the end', () => reader.entries().length === 1);
          await appendAll(log, [appendOf(2)]);
          await eventually('the next was handled', () => reader.entries().length === 2);
          await reader.stop();

          expectNoGaps(reader.batches);
          expect(failures).toBeGreaterThanOrEqual(4);
        },
        1,
      );

      promise('goes on with the other partitions while one is stuck', async (log) => {
        await log.mark(markerOf(1));
        const reader = startReader(log, {
          handle: async ({ partition }) => {
            if (partition === 0) throw new Error('stuck');
          },
        });

        await eventually('the others were handled', () => reader.entries().length === 3);
        await reader.stop();

        expect(new Set(reader.batches.map(({ partition }) => partition))).toEqual(new Set([1, 2, 3]));
      });

      promise('begins again behind what was handled', async (log, world) => {
        await appendAll(log, [appendOf(1), appendOf(2)]);
        const before = startReader(log);
        await eventually('both were read', () => before.entries().length === 2);
        await before.stop();

        const reopened = await world.reopen();
        await appendAll(reopened, [appendOf(3)]);
        const after = startReader(reopened);
        await eventually('the third was read', () => after.entries().length > 0);
        await after.stop();

        expect(idsOf(after.entries())).toEqual([orderId(3)]);
      });

      promise('gives what was not handled to the reader that comes next', async (log, world) => {
        await appendAll(log, [appendOf(1)]);
        let tries = 0;
        const before = startReader(log, {
          handle: async () => {
            tries += 1;
            throw new Error('the ledger is away');
          },
        });
        await eventually('it was tried', () => tries > 0);
        await before.stop();

        const after = startReader(await world.reopen());
        await eventually('it was read', () => after.entries().length === 1);
        await after.stop();
      });

      promise('keeps the offsets of groups apart', async (log) => {
        await appendAll(log, [appendOf(1)]);
        const ledger = startReader(log, { group: 'ledger' });
        await eventually('the ledger read it', () => ledger.entries().length === 1);

        const audit = startReader(log, { group: 'audit' });
        await eventually('the audit read it, too', () => audit.entries().length === 1);
        await ledger.stop();
        await audit.stop();
      });

      promise('ends a read whose signal is aborted already', async (log) => {
        await appendAll(log, [appendOf(1)]);

        await log.read('ledger', async () => expect.unreachable('nothing may be read'), AbortSignal.abort());

        expect((await log.lag('ledger')).reduce((sum, { lag }) => sum + lag, 0n)).toBe(1n);
      });
    });

    describe('markers', () => {
      promise(
        'stand in every partition, behind what was appended before and ahead of what comes after',
        async (log) => {
          await appendAll(log, appendsOf(1, 40));
          await log.mark(markerOf(7));
          await appendAll(log, appendsOf(101, 40));

          const partitions = byPartition(await scanAll(log));

          expect(partitions.size).toBe(log.partitions);
          for (const entries of partitions.values()) {
            const at = entries.findIndex((entry) => entry.kind === 'marker');
            expect(entries[at]).toMatchObject({ kind: 'marker', marker: markerOf(7) });
            expect(idsOf(entries.slice(0, at)).every((id) => id <= orderId(40))).toBe(true);
            expect(idsOf(entries.slice(at)).every((id) => id >= orderId(101))).toBe(true);
          }
        },
      );

      promise('may be written again', async (log) => {
        await log.mark(markerOf(2));
        await log.mark(markerOf(2));

        for (const entries of byPartition(await scanAll(log)).values()) {
          expect(entries).toMatchObject([{ marker: markerOf(2) }, { marker: markerOf(2) }]);
        }
      });

      promise('come in order while others append', async (log) => {
        const reader = startReader(log);
        const marks = async () => {
          for (let value = 1; value <= 10; value++) await log.mark(markerOf(value));
        };
        const appends = Array.from({ length: 4 }, async (_, writer) => {
          for (let turn = 0; turn < 10; turn++) await appendAll(log, appendsOf(1 + writer * 1_000 + turn * 5, 5));
        });
        await Promise.all([marks(), ...appends]);
        const expected = 4 * 10 * 5 + 10 * log.partitions;
        await eventually('all was read', () => reader.entries().length >= expected);
        await reader.stop();

        expectNoGaps(reader.batches);
        for (const entries of byPartition(reader.batches).values()) {
          const epochs = entries.flatMap((entry): Epoch[] => (entry.kind === 'marker' ? [entry.marker.epoch] : []));
          expect(epochs).toEqual(Array.from({ length: 10 }, (_, index) => epoch(index + 1)));
        }
      });
    });

    describe('malformed records', () => {
      promise(
        'become entries with the order id, and the reader goes on',
        async (log) => {
          const poison = Buffer.from('{"v":1,"id":', 'utf8');
          await appendAll(log, [appendOf(1), { orderId: orderId(2), bytes: poison }, appendOf(3)]);

          const reader = startReader(log);
          await eventually('all three were read', () => reader.entries().length === 3);
          await reader.stop();

          const malformed = reader.entries().find((entry) => entry.kind === 'malformed');
          expect(malformed).toMatchObject({ kind: 'malformed', orderId: orderId(2), reason: expect.any(String) });
          expect(malformed?.kind === 'malformed' && Buffer.from(malformed.bytes).equals(poison)).toBe(true);
          expect(idsOf(reader.entries())).toEqual([orderId(1), orderId(3)]);
        },
        1,
      );

      promise(
        'may be empty or no text at all',
        async (log) => {
          await appendAll(log, [
            { orderId: orderId(1), bytes: new Uint8Array(0) },
            { orderId: orderId(2), bytes: new Uint8Array([0, 255, 254, 0]) },
          ]);

          const entries = (await scanAll(log)).flatMap((batch) => batch.entries);

          expect(entries.map((entry) => entry.kind)).toEqual(['malformed', 'malformed']);
        },
        1,
      );
    });

    describe('lag and scan', () => {
      promise('say exactly how far a group is behind', async (log) => {
        await appendAll(log, appendsOf(1, 30));
        await log.mark(markerOf(1));
        const total = async () => (await log.lag('ledger')).reduce((sum, { lag }) => sum + lag, 0n);
        expect(await total()).toBe(34n);

        const reader = startReader(log);
        await eventually('nothing is left', async () => (await total()) === 0n);
        await reader.stop();

        const lags = await log.lag('ledger');
        expect(lags.map(({ partition }) => partition)).toEqual([0, 1, 2, 3]);
        expect(lags.every(({ end, committed, lag }) => lag === end - committed)).toBe(true);
        expect(reader.entries().length).toBe(34);
      });

      promise('do not count a batch whose handler has not resolved', async (log) => {
        await appendAll(log, [appendOf(1)]);
        let begun = false;
        const finish = Promise.withResolvers<void>();
        const reader = startReader(log, {
          handle: () => {
            begun = true;
            return finish.promise;
          },
        });

        await eventually('the handler has begun', () => begun);
        expect((await log.lag('ledger')).reduce((sum, { lag }) => sum + lag, 0n)).toBe(1n);

        finish.resolve();
        await reader.stop();
      });

      promise('see all that is there, and commit nothing', async (log) => {
        await appendAll(log, appendsOf(1, 1_000));
        await appendAll(log, appendsOf(1_001, 1_000));
        await log.mark(markerOf(1));

        const batches = await scanAll(log);

        expectNoGaps(batches);
        expect(new Set(idsOf(batches.flatMap((batch) => batch.entries))).size).toBe(2_000);
        expect((await log.lag('ledger')).reduce((sum, { lag }) => sum + lag, 0n)).toBe(2_004n);
      });

      promise('end while the log grows', async (log) => {
        await appendAll(log, appendsOf(1, 10));
        let seen = 0;

        for await (const batch of log.scan()) {
          seen += batch.entries.length;
          await appendAll(log, appendsOf(100, 10));
        }

        expect(seen).toBeGreaterThanOrEqual(10);
        expect(seen).toBeLessThan(100);
      });
    });
  });
}
