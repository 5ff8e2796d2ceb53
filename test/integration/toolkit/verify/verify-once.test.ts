import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../src/adapters/node/node-digest.ts';
import { loadConfig } from '../../../../src/config/load-config.ts';
import { writeHistory } from '../../../../src/toolkit/history/write-history.ts';
import { verifyOnce } from '../../../../src/toolkit/verify/verify-once.ts';
import { healthyBooks } from '../../../support/healthy-books.ts';
import { type Books, ledgerBook, logBook, quickClock } from '../../../support/sale-books.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-once-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Verifies the books once, as the command does; `ended` is what it would end with. */
async function verified(books: Books, files: { readonly junit?: string; readonly exportTo?: string }) {
  const { value: config } = await loadConfig({ flags: { 'data-dir': folder }, env: {}, cwd: folder });
  const history = join(folder, 'run.ndjson');
  const about = { startedAt: '2026-11-27T08:00:00.000Z', target: 'http://127.0.0.1:3000', scenario: 'test', seed: 1 };
  const writer = await writeHistory(history, about);
  for (const entry of books.history) writer.write(entry);
  await writer.close();
  const told = { printed: [] as string[], said: [] as string[], ended: [] as string[] };
  const report = await verifyOnce({
    config,
    openBooks: async () => ({
      ledger: ledgerBook(books),
      orderLog: logBook(books),
      clock: { ...quickClock(), endOfTurn: (run: () => void) => run() },
      digest: nodeDigest,
      startedHere: true,
      close: async () => {},
    }),
    ask: {
      kind: 'verify',
      sale: undefined,
      history: [history],
      waitMs: 0,
      maxRevoked: 0,
      since: null,
      junit: files.junit,
      github: false,
      exportTo: files.exportTo,
    },
    env: {},
    print: (text) => told.printed.push(text),
    annotate: () => {},
    say: (line) => told.said.push(line),
    paint: undefined,
    endWith: (code) => told.ended.push(code),
    atEnd: () => {},
  });
  return { report, ...told };
}

function brokenBooks(): Books {
  const books = healthyBooks();
  for (const counter of books.counters) counter.sold += 1;
  return books;
}

describe('one verification', () => {
  it('writes the export beside the report', async () => {
    const { report, said } = await verified(healthyBooks(), { exportTo: join(folder, 'run.edn') });

    expect(report.exitCode).toBe(0);
    expect(said.at(-1)).toContain('30 operations, the last one reads the ledger');
    expect(readFileSync(join(folder, 'run.edn'), 'utf8').trimEnd().split('\n')).toHaveLength(30);
  });

  it('stays violated where the disk is full: the file is the lesser matter', async () => {
    const { printed, said, ended } = await verified(brokenBooks(), { junit: '/dev/full' });

    expect(ended).toEqual(['invariant_violated']);
    expect(printed.join()).toContain('violated: conservation');
    expect(said.at(-1)).toMatch(/^Error: \/dev\/full cannot be written: ENOSPC/);
  });

  it('fails where all holds and a file that was asked for cannot be written', async () => {
    const full = verified(healthyBooks(), { junit: '/dev/full' });
    await expect(full).rejects.toMatchObject({ code: 'report_unwritable' });

    const nowhere = verified(healthyBooks(), { exportTo: join(folder, 'none/run.edn') });
    await expect(nowhere).rejects.toMatchObject({ code: 'history_unwritable' });
    expect(readdirSync(folder)).toEqual(['run.ndjson']);
  });
});
