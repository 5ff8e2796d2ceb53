import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../src/adapters/node/node-digest.ts';
import { loadConfig } from '../../../../src/config/load-config.ts';
import { FluxError } from '../../../../src/engine/domain/flux-error.ts';
import { type VerifyFolderUse, verifyFolder } from '../../../../src/toolkit/verify/verify-folder.ts';
import { healthyBooks } from '../../../support/healthy-books.ts';
import { type Books, gateBook, ledgerBook, logBook, quickClock } from '../../../support/sale-books.ts';

let folder = '';
let server: Server | undefined;
const closed: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-verify-'));
  closed.length = 0;
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** A server that tells of the books' gate; its address stands in the data folder as `serve` writes it. */
async function serving(books: Books): Promise<string> {
  const made = createServer((_, response) => {
    void gateBook(books)
      .read()
      .then((reading) => response.writeHead(200).end(JSON.stringify(reading)));
  });
  server = made;
  await new Promise<void>((resolve) => void made.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
  const address = { url, pid: process.pid, startedAt: new Date().toISOString() };
  writeFileSync(join(folder, 'serve.json'), JSON.stringify(address));
  return url;
}

async function verified(
  books: Books,
  { url, ...ask }: Partial<VerifyFolderUse['ask']> & { readonly url?: string } = {},
  startedHere = true,
) {
  const { value: config } = await loadConfig({ flags: { 'data-dir': folder, url }, env: {}, cwd: folder });
  const ends: (() => Promise<unknown>)[] = [];
  const said: string[] = [];
  const clock = { ...quickClock(), endOfTurn: (run: () => void) => run() };
  try {
    const report = await verifyFolder({
      config,
      openBooks: async () => ({
        ledger: ledgerBook(books),
        orderLog: logBook(books),
        clock,
        digest: nodeDigest,
        startedHere,
        close: async () => void closed.push('books'),
      }),
      ask: { waitMs: 1_000, maxRevoked: 0, ...ask },
      say: (line) => said.push(line),
      progress: () => {},
      atEnd: (close) => void ends.push(close),
    });
    return { report, said, clock };
  } finally {
    for (const end of ends) await end();
  }
}

describe('verifying a data folder', () => {
  it('reads the gate of the server that runs on it, and closes what it opened', async () => {
    const books = healthyBooks();
    const url = await serving(books);

    const { report, said } = await verified(books, {}, false);

    expect(report).toMatchObject({ verdict: 'holds', books: { gate: { state: 'read', source: url } } });
    expect(said).toEqual([]);
    expect(closed).toEqual(['books']);
  });

  it('finds over HTTP what the gate holds without an order', async () => {
    const books = healthyBooks();
    for (const product of books.gate) product.free -= 2;
    await serving(books);

    const { report } = await verified(books, {}, false);

    expect(report).toMatchObject({ exitCode: 20, classes: { stranded: 2 } });
  });

  it('says that the gate is absent where no server runs, and waits for nobody', async () => {
    const books = healthyBooks();
    books.committed.fill(0);

    const { report, said, clock } = await verified(books);

    expect(report.books.gate.state).toBe('absent');
    expect(said.join()).toContain('gate: absent');
    expect(clock.monotonicMs()).toBe(0);
  });

  it('asks nobody where the folder is its own, whatever address a killed server left there', async () => {
    await serving(healthyBooks());

    const { report, said } = await verified(healthyBooks(), {}, true);

    expect(report.books.gate.state).toBe('absent');
    expect(said.join()).toContain('gate: absent');
  });

  it('gives a server that boots the time to say where it answers', async () => {
    const { report, clock } = await verified(healthyBooks(), {}, false);

    expect(report.books.gate.state).toBe('absent');
    expect(clock.monotonicMs()).toBeGreaterThan(3_000);
  });

  it('is inconclusive where the server that was named does not answer', async () => {
    const url = await serving(healthyBooks());
    await new Promise((resolve) => server?.close(resolve));

    await expect(verified(healthyBooks(), { url })).rejects.toMatchObject({ code: 'inconclusive' });
    expect(closed).toEqual(['books']);
  });

  it('is inconclusive where the ledger does not open, and says why', async () => {
    const { value: config } = await loadConfig({ flags: { 'data-dir': folder }, env: {}, cwd: folder });
    const failing = verifyFolder({
      config,
      openBooks: async () => {
        throw new FluxError('data_folder_locked', 'process 12 has it', { hint: 'wait' });
      },
      ask: { waitMs: 0, maxRevoked: 0 },
      say: () => {},
      progress: () => {},
      atEnd: () => {},
    });

    await expect(failing).rejects.toMatchObject({
      code: 'inconclusive',
      message: expect.stringContaining('process 12 has it'),
      hint: 'wait',
    });
  });

  it('tells a missing history before it opens anything', async () => {
    await expect(verified(healthyBooks(), { history: [join(folder, 'none')] })).rejects.toMatchObject({
      code: 'history_unreadable',
    });
    expect(closed).toEqual([]);
  });

  it('refuses a sale id that is none as usage', async () => {
    await expect(verified(healthyBooks(), { sale: 'no such/id' })).rejects.toMatchObject({ code: 'usage' });
  });
});
