// A sale whose buyers sent very many requests, and its verification, each as a process of its own (Node runs this file as it
// is): `write FOLDER REQUESTS` writes the histories of four generators, the last one packed; `verify FOLDER REQUESTS` prints the
// report and the peak of its resident memory. Ledger and order log are made up as they are asked: only what verify keeps counts.
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { nodeDigest } from '../../src/adapters/node/node-digest.ts';
import type { OrderId } from '../../src/engine/domain/ids.ts';
import type { OrderState } from '../../src/engine/domain/order.ts';
import type { LogEntry } from '../../src/engine/ports/order-log.ts';
import { type HistoryEntry, historyFormat, historyVersion } from '../../src/toolkit/history/history-entry.ts';
import type { LedgerBook, LogBook } from '../../src/toolkit/verify/books.ts';
import { openHistories } from '../../src/toolkit/verify/file-history-book.ts';
import { keepHeapSmall } from '../../src/toolkit/verify/small-heap.ts';
import { verifySale } from '../../src/toolkit/verify/verify-sale.ts';
import { answer, emptyBooks, idOf, ledgerBook, quickClock, recordOf, saleId, ticket } from './sale-books.ts';

const files = 4;
const partitions = 4;
const logBatch = 1_000;

/** What became of request n. Of twenty: 14 new orders, 2 refusals, 2 of the same key again, 1 recovered, 1 that came to nothing. */
function kindOf(n: number): 'order' | 'refused' | 'again' | 'recovered' | 'absent' {
  const turn = n % 20;
  if (turn < 14) return 'order';
  if (turn < 16) return 'refused';
  if (turn < 18) return 'again';
  return turn === 18 ? 'recovered' : 'absent';
}

/**
 * The key of request n, for its order id to say by itself whether the ledger has it: only an id that ends in f is of a request
 * that came to nothing. So nobody has to remember ten million of them.
 */
function keyOf(n: number): string {
  const wanted = kindOf(n) === 'absent';
  for (let turn = 0; ; turn += 1) {
    const key = `key-${n}-${turn}`;
    if (idOf(`buyer-${n}`, key).endsWith('f') === wanted) return key;
  }
}

function entryOf(n: number): HistoryEntry {
  const kind = kindOf(n);
  const of = kind === 'again' ? n - 14 : n;
  const outcome = {
    order: 'accepted',
    refused: 'sold_out',
    again: 'duplicate',
    recovered: 'timeout',
    absent: 'unknown',
  } as const;
  const at = n / 25;
  return { ...answer(`buyer-${of}`, keyOf(of), outcome[kind]), scheduledMs: at, sentMs: at + 0.25, doneMs: at + 7.5 };
}

function* linesOf(file: number, requests: number): Generator<string> {
  const about = {
    startedAt: '2026-11-27T08:00:00.000Z',
    target: 'http://127.0.0.1:3000',
    scenario: 'many',
    seed: file,
  };
  yield `${JSON.stringify({ format: historyFormat, version: historyVersion, ...about })}\n`;
  let chunk = '';
  for (let n = file; n < requests; n += files) {
    chunk += `${JSON.stringify(entryOf(n))}\n`;
    if (chunk.length > 65_536) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}

export function pathsIn(folder: string): readonly string[] {
  return Array.from({ length: files }, (_, file) =>
    join(folder, `run-${file}.ndjson${file === files - 1 ? '.gz' : ''}`),
  );
}

async function write(folder: string, requests: number): Promise<void> {
  for (const [file, path] of pathsIn(folder).entries()) {
    const lines = Readable.from(linesOf(file, requests));
    const packed = path.endsWith('.gz') ? [createGzip({ level: 1 })] : [];
    await pipeline([lines, ...packed, createWriteStream(path)]);
  }
}

const isLogged = (n: number) => kindOf(n) === 'order' || kindOf(n) === 'recovered';

function logOf(requests: number): LogBook {
  const ends = Array.from({ length: partitions }, () => 0n);
  for (let n = 0; n < requests; n += 1) if (isLogged(n)) ends[n % partitions] = (ends[n % partitions] ?? 0n) + 1n;
  return {
    lag: async () => ends.map((end, partition) => ({ partition, end, committed: end, lag: 0n })),
    async *scan() {
      for (let partition = 0; partition < partitions; partition += 1) {
        let offset = 0n;
        let entries: LogEntry[] = [];
        for (let n = partition; n < requests; n += partitions) {
          if (!isLogged(n)) continue;
          entries.push({ kind: 'order', offset, record: recordOf(`buyer-${n}`, keyOf(n)), bytes: new Uint8Array() });
          offset += 1n;
          if (entries.length < logBatch) continue;
          yield { partition, entries, nextOffset: offset };
          entries = [];
        }
        if (entries.length > 0) yield { partition, entries, nextOffset: offset };
      }
    },
  };
}

function ledgerOf(orders: number): LedgerBook {
  const product = { saleId, productId: ticket, total: orders, held: 0, sold: orders, totalVersion: 1 };
  const none = { accepted: 0, expired: 0, cancelled: 0, refunded: 0, revoked: 0 };
  return {
    ...ledgerBook(emptyBooks(orders)),
    auditProducts: async () => [{ ...product, heldByLines: 0, soldByLines: orders }],
    auditCounts: async () => [{ saleId, byState: { ...none, confirmed: orders } }],
    recordedOffsets: async () => [],
    orderStates: async (ids) =>
      new Map<OrderId, OrderState>(ids.flatMap((id) => (id.endsWith('f') ? [] : [[id, 'confirmed']]))),
  };
}

async function verify(folder: string, requests: number): Promise<void> {
  keepHeapSmall();
  // what the command has in memory, too
  await import('../../src/compose-books.ts');
  let orders = 0;
  for (let n = 0; n < requests; n += 1) if (isLogged(n)) orders += 1;
  const report = await verifySale({
    ledger: ledgerOf(orders),
    orderLog: logOf(requests),
    gateBook: null,
    history: await openHistories(pathsIn(folder)),
    clock: quickClock(),
    digest: nodeDigest,
    options: { saleId: null, since: null, waitMs: 0, maxRevoked: 0, graceMs: 10_000 },
  });
  // Linux and macOS give KiB here (Node turns the latter's bytes into them)
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(JSON.stringify({ report, peakMb }));
}

const [what, folder, requests] = process.argv.slice(2);
if (folder !== undefined && what === 'write') await write(folder, Number(requests));
if (folder !== undefined && what === 'verify') await verify(folder, Number(requests));
