import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../src/adapters/node/node-digest.ts';
import type { HistoryEntry } from '../../../../src/toolkit/history/history-entry.ts';
import { writeHistory } from '../../../../src/toolkit/history/write-history.ts';
import { exportHistory } from '../../../../src/toolkit/verify/export-history.ts';
import { type Edn, Keyword, readEdn } from '../../../support/edn.ts';
import { healthyBooks } from '../../../support/healthy-books.ts';
import { answer, type Books, ledgerBook, saleId, sell, verifyBooks } from '../../../support/sale-books.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-export-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function written(name: string, entries: readonly HistoryEntry[], startedAt = '2026-11-27T08:00:00.000Z') {
  const path = join(folder, name);
  const writer = await writeHistory(path, { startedAt, target: 'http://127.0.0.1:3000', scenario: 'test', seed: 1 });
  for (const entry of entries) writer.write(entry);
  await writer.close();
  return path;
}

interface Op {
  readonly type: string;
  readonly f: string;
  readonly value: unknown;
  readonly process: number;
  readonly time: number;
  readonly index: number;
  readonly error?: string;
}

/** Writes the books' history, exports it as EDN and reads it back. */
async function exported(books: Books, histories?: readonly string[]): Promise<Op[]> {
  const to = join(folder, 'run.edn');
  const paths = histories ?? [await written('run.ndjson', books.history)];
  await exportHistory({ books: { ledger: ledgerBook(books), digest: nodeDigest }, histories: paths, saleId: null, to });
  return readEdn(readFileSync(to, 'utf8')).map((form) => opOf(form));
}

function opOf(form: Edn): Op {
  if (!(form instanceof Map)) throw new Error('an operation is a map');
  const plain = (value: Edn | undefined) => (value instanceof Keyword ? value.name : value);
  return Object.fromEntries([...form].map(([key, value]) => [key, plain(value)])) as unknown as Op;
}

/** Jepsen's checker/set: what was added for sure, what was tried, and what the last read has. */
function setChecker(ops: readonly Op[]) {
  const values = (type: string) =>
    new Set(ops.filter((op) => op.f === 'add' && op.type === type).map((op) => op.value));
  const read = ops.findLast((op) => op.f === 'read' && op.type === 'ok')?.value;
  if (!(read instanceof Set)) throw new Error('Set was never read');
  const [attempts, adds] = [values('invoke'), values('ok')];
  return {
    ok: [...attempts].filter((one) => read.has(one as Edn)).length,
    lost: [...adds].filter((one) => !read.has(one as Edn)),
    unexpected: [...read].filter((one) => !attempts.has(one)),
    recovered: [...read].filter((one) => !adds.has(one) && attempts.has(one)),
  };
}

/** The rules of a history: indices count up, times never go back, a process does one thing at a time and none after an info. */
function expectHistory(ops: readonly Op[]): void {
  const busy = new Map<number, Op>();
  const crashed = new Set<number>();
  let time = 0;
  for (const [n, op] of ops.entries()) {
    expect(op.index).toBe(n);
    expect(op.time).toBeGreaterThanOrEqual(time);
    time = op.time;
    expect(crashed.has(op.process)).toBe(false);
    if (op.type === 'invoke') expect(busy.has(op.process)).toBe(false);
    else expect(busy.get(op.process)).toMatchObject({ type: 'invoke', f: op.f });
    if (op.type === 'invoke') busy.set(op.process, op);
    else busy.delete(op.process);
    if (op.type === 'info') crashed.add(op.process);
  }
  expect([...busy]).toEqual([]);
}

describe('a history for the checkers of Jepsen', () => {
  it('keeps their rules, and their set checker comes to our verdict', async () => {
    const books = healthyBooks();
    sell(books, 'ann', 'cut', 1, { heard: 'connection_error' });
    books.history.push(answer('bob', 'never', 'timeout'), answer('eve', 'lost', 'accepted'));

    const ops = await exported(books);

    const { classes } = await verifyBooks(books);
    const checked = setChecker(ops);
    expectHistory(ops);
    expect(checked).toMatchObject({ ok: classes.ok + classes.recovered, unexpected: [] });
    expect([checked.lost.length, checked.recovered.length]).toEqual([classes.lost, classes.recovered]);
    expect(checked.lost).toHaveLength(1);
  });

  it('tells an unknown outcome as info, a refusal as fail with its reason, the same key again as ok', async () => {
    const books = healthyBooks();
    books.history.push(answer('bob', 'never', 'unknown'), answer('eve', 'early', 'not_open'));

    const ops = await exported(books);

    const answers = ops
      .filter(({ f, type }) => f === 'add' && type !== 'invoke')
      .map(({ type, error }) => [type, error]);
    expect(answers.slice(-4)).toEqual([
      ['ok', undefined],
      ['fail', 'sold-out'],
      ['info', 'unknown'],
      ['fail', 'not-open'],
    ]);
  });

  it('shows an order that the ledger has against its rules as lost', async () => {
    const books = healthyBooks();
    const revoked = sell(books, 'eve', 'revoked', 1, { state: 'revoked' });

    expect(setChecker(await exported(books)).lost).toEqual([revoked]);
  });

  it('puts the requests of several runs in the order of their times, though files have them in that of the answers', async () => {
    const at = (sentMs: number, doneMs: number, user: string) => ({ ...answer(user, 'k', 'sold_out'), sentMs, doneMs });
    const early = await written('a', [at(5, 6, 'a2'), at(1, 9, 'a1'), at(8, 20, 'a3')]);
    const late = await written('b', [at(0, 1, 'b1'), at(3, 30, 'b2')], '2026-11-27T08:00:00.004Z');

    const ops = await exported(healthyBooks(), [early, late]);

    expectHistory(ops);
    const times = ops
      .filter(({ f }) => f === 'add')
      .map(({ type, time }) => `${type === 'invoke' ? '+' : '-'}${time / 1e6}`);
    expect(times).toEqual(['+0', '+3', '+4', '-4', '-5', '+6', '+7', '-8', '-19', '-33']);
  });

  it('answers a request when it was sent where its clock was set back', async () => {
    const back = { ...answer('ann', 'k', 'sold_out'), sentMs: 50, doneMs: 10 };

    const ops = await exported(healthyBooks(), [await written('a', [back, { ...back, userId: 'bob', sentMs: 5 }])]);

    expectHistory(ops);
  });

  it('keeps thousands in order with few of them in memory', async () => {
    // a pseudo-random walk: answers up to 50 ms late, out of order by as much
    const entries = Array.from({ length: 30_000 }, (_, n) => {
      const sentMs = n / 10;
      return {
        ...answer(`u${n}`, 'k', n % 7 === 0 ? 'timeout' : 'sold_out'),
        sentMs,
        doneMs: sentMs + ((n * 7919) % 500) / 10,
      };
    });

    expectHistory(await exported(healthyBooks(), [await written('a', entries)]));
  });

  it('keeps what buyers called themselves within its string', async () => {
    const books = healthyBooks();
    books.history.push(answer('"} {:type :ok\\', 'k\n\u2028\u0001', 'sold_out'));

    expectHistory(await exported(books));
  });

  it('is the same as JSON, as one array', async () => {
    const books = healthyBooks();
    const paths = [await written('run.ndjson', books.history)];
    const use = { books: { ledger: ledgerBook(books), digest: nodeDigest }, histories: paths, saleId };
    const ops = await exported(books, paths);

    const operations = await exportHistory({ ...use, to: join(folder, 'run.json') });

    const document: Op[] = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
    expect(operations).toBe(document.length);
    expect(document.map((op) => [op.type, op.f, op.process, op.time, op.index])).toEqual(
      ops.map((op) => [op.type, op.f, op.process, op.time, op.index]),
    );
    expect(document.at(-1)?.value).toHaveLength(12);
  });

  it('leaves nothing behind where it cannot be written, or a history is broken', async () => {
    const broken = await written('broken', [answer('ann', 'k', 'sold_out')]);
    const use = { books: { ledger: ledgerBook(healthyBooks()), digest: nodeDigest }, saleId: null };

    const exporting = (history: string, to: string) =>
      exportHistory({ ...use, histories: [history], to: join(folder, to) });

    await expect(exporting(broken, 'no/such/folder/run.edn')).rejects.toMatchObject({ code: 'history_unwritable' });
    await expect(exporting(join(folder, 'none'), 'run.edn')).rejects.toMatchObject({ code: 'history_unreadable' });
    expect(readdirSync(folder)).toEqual(['broken']);
  });
});
