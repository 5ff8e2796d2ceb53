import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../src/adapters/node/node-digest.ts';
import { isoOf } from '../../../../src/engine/domain/time.ts';
import { type AdminClient, openAdminClient } from '../../../../src/toolkit/admin-client/admin-client.ts';
import { writeHistory } from '../../../../src/toolkit/history/write-history.ts';
import { type AskedOrder, explainOrder } from '../../../../src/toolkit/verify/explain/explain-order.ts';
import { storyDocument } from '../../../../src/toolkit/verify/explain/order-story.ts';
import { storyText } from '../../../../src/toolkit/verify/explain/story-text.ts';
import { healthyBooks } from '../../../support/healthy-books.ts';
import {
  answer,
  append,
  at,
  type Books,
  idOf,
  ledgerBook,
  logBook,
  mark,
  recordOf,
  sell,
} from '../../../support/sale-books.ts';

let folder = '';
let server: Server | undefined;
let client: AdminClient | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-explain-'));
});
afterEach(async () => {
  await client?.close();
  server?.close();
  client = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function explained(books: Books, asked: Partial<AskedOrder> & { what: string }, withHistory = true) {
  const path = join(folder, 'run.ndjson');
  const startedAt = isoOf(at);
  const writer = await writeHistory(path, { startedAt, target: 'http://127.0.0.1:3000', scenario: 'test', seed: 1 });
  for (const entry of books.history) writer.write(entry);
  await writer.close();
  return explainOrder({
    books: { ledger: ledgerBook(books), orderLog: logBook(books), digest: nodeDigest },
    server: client ?? null,
    histories: withHistory ? [path] : [],
    asked: { userId: undefined, sale: undefined, ...asked },
    progress: () => {},
  });
}

/** A server that gives this answer to every request. */
async function serving(status: number, body: unknown): Promise<void> {
  const made = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server = made;
  await new Promise<void>((resolve) => void made.listen(0, '127.0.0.1', resolve));
  client = openAdminClient(`http://127.0.0.1:${(made.address() as AddressInfo).port}`, undefined);
}

const orderId = idOf('user-1', 'key-1');

describe("one order's story", () => {
  it('is told from four books, in the order of its times, with where each was read', async () => {
    await serving(200, {
      orderId,
      saleId: 'night',
      state: 'confirmed',
      recorded: true,
      lines: [],
      currency: 'EUR',
      acceptedAt: null,
      expiresAt: null,
      history: [],
    });

    const story = await explained(healthyBooks(), { what: orderId });

    expect(story).toMatchObject({ becameOf: 'ok', exitCode: 0, userId: 'user-1', key: 'key-1', saleId: 'night' });
    expect(story.facts.map(({ book, text }) => `${book}: ${text}`)).toEqual([
      'history: asked for 2 ticket',
      'order log: a record of epoch 1; the consumers have passed it',
      'ledger: recorded: 2 ticket, epoch 1',
      `history: heard 200: accepted, order ${orderId}`,
      'history: asked for 1 ticket',
      `history: heard 200: duplicate, order ${orderId}`,
      'gate: the server says confirmed',
    ]);
    expect(story.facts.find(({ book }) => book === 'history')?.where).toMatch(/run\.ndjson, line \d+$/);
    expect(story.facts.find(({ book }) => book === 'order log')?.where).toMatch(/^partition \d, offset \d+$/);
  });

  it('is told by sale, user and key as by its id', async () => {
    const byId = await explained(healthyBooks(), { what: orderId.toUpperCase() });

    const byKey = await explained(healthyBooks(), { what: 'key-1', userId: 'user-1', sale: 'night' });

    expect(byKey).toEqual(byId);
    expect(await explained(healthyBooks(), { what: 'key-1', userId: 'user-1' })).toEqual(byId);
  });

  it('is told of a key that was refused, and by its id alone from a history alone', async () => {
    const story = await explained(healthyBooks(), { what: idOf('late', 'late') });

    expect(story).toMatchObject({ becameOf: 'refused', exitCode: 0, userId: 'late', key: 'late' });
    expect(story.summary).toContain('sold_out');
  });

  it.each([
    ['lost', (books: Books) => void books.history.push(answer('eve', 'k', 'accepted')), 20],
    ['lost', (books: Books) => append(books, recordOf('eve', 'k')), 20],
    ['recovered', (books: Books) => void sell(books, 'eve', 'k', 1, { heard: 'timeout' }), 0],
    ['revoked', (books: Books) => void sell(books, 'eve', 'k', 1, { state: 'revoked' }), 20],
    ['unknown', (books: Books) => void books.history.push(answer('eve', 'k', 'timeout')), 0],
    [
      'duplicated',
      (books: Books) => void books.history.push(...['a', 'b'].map(() => answer('eve', 'k', 'accepted'))),
      20,
    ],
    ['duplicated', (books: Books) => void books.history.push(answer('eve', 'k', 'accepted', 1, orderId)), 20],
    [
      'late',
      (books: Books) => {
        mark(books, 2);
        append(books, recordOf('eve', 'k'));
      },
      0,
    ],
    [
      'pending',
      (books: Books) => {
        append(books, recordOf('eve', 'k'));
        books.committed.fill(0);
      },
      23,
    ],
    [
      'unexpected',
      (books: Books) => {
        sell(books, 'eve', 'k', 1, { heard: null });
        for (const log of books.log)
          log.splice(0, log.length, ...log.filter((one) => one.kind !== 'order' || one.record.userId !== 'eve'));
      },
      20,
    ],
  ])('ends as %s where it did', async (becameOf, happen, exitCode) => {
    const books = healthyBooks();
    happen(books);

    const story = await explained(books, { what: idOf('eve', 'k') });

    expect(story).toMatchObject({ becameOf, exitCode });
    expect(story.summary.startsWith(`${becameOf}: `)).toBe(true);
  });

  it('says where it looked for an order that nobody knows', async () => {
    await serving(404, { error: 'Unknown order', code: 'unknown_order' });

    const unknown = explained(healthyBooks(), { what: idOf('nobody', 'k') });

    await expect(unknown).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringMatching(
        /Looked for in history: 14 requests in .*run\.ndjson, 0 of its key; gate: unknown to http:\S+; order log: 12 entries in 2 partitions, 0 of it; ledger: no row of it/,
      ),
    });
  });

  it.each([
    [{ what: 'order-1' }, 'usage', /no order id/],
    [{ what: 'k', userId: 'ann', sale: 'matinee' }, 'not_found', /no sale matinee/],
  ])('is not told of %j', async (asked, code, message) => {
    await expect(explained(healthyBooks(), asked)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('is told without a server and without a history, and says what was absent', async () => {
    const story = await explained(healthyBooks(), { what: orderId }, false);

    expect(story).toMatchObject({ becameOf: 'recovered', exitCode: 0 });
    expect(story.lookedAt).toContainEqual({ book: 'gate', text: 'absent: no server runs' });
  });

  it('is told where the server does not answer', async () => {
    await serving(500, {});

    const story = await explained(healthyBooks(), { what: orderId });

    expect(story.lookedAt.find(({ book }) => book === 'gate')?.text).toMatch(/^could not be asked/);
  });

  it('is a document with moments as text', async () => {
    const story = await explained(healthyBooks(), { what: orderId });

    expect(storyDocument(story)).toMatchObject({
      becameOf: 'ok',
      facts: expect.arrayContaining([expect.objectContaining({ book: 'ledger', at: isoOf(at) })]),
    });
  });

  it('fits 80 columns, and ends with how it ended', async () => {
    const lines = storyText(await explained(healthyBooks(), { what: orderId })).split('\n');

    expect(lines.filter((line) => line.length > 80 && line.includes(' ') && !line.includes(folder))).toEqual([]);
    expect(lines.at(-1)).toMatch(/^ok: /);
  });
});
