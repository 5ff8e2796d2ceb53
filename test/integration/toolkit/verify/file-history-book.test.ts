import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeHistory } from '../../../../src/toolkit/history/write-history.ts';
import type { HistoryBook } from '../../../../src/toolkit/verify/books.ts';
import { openHistories } from '../../../../src/toolkit/verify/file-history-book.ts';
import { answer } from '../../../support/sale-books.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-verify-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function aHistory(name: string, users: readonly string[]): Promise<string> {
  const path = join(folder, name);
  const about = { startedAt: '2026-11-27T08:00:00.000Z', target: 'http://127.0.0.1:3000', scenario: 'test', seed: 1 };
  const writer = await writeHistory(path, about);
  for (const user of users) writer.write(answer(user, 'key', 'accepted'));
  await writer.close();
  return path;
}

async function usersIn(book: HistoryBook): Promise<string[]> {
  const users: string[] = [];
  for await (const entry of book.read()) users.push(entry.userId);
  return users;
}

describe('the histories of several runs', () => {
  it('are read one after the other', async () => {
    const book = await openHistories([await aHistory('a', ['ann', 'bob']), await aHistory('b', ['cas'])]);

    const users = await usersIn(book);

    expect(users).toEqual(['ann', 'bob', 'cas']);
  });

  it('say how many lines a crash of the writer cut off', async () => {
    const path = await aHistory('a', ['ann']);
    writeFileSync(path, '{"scheduledMs":1,"sentMs"', { flag: 'a' });
    const book = await openHistories([path]);

    expect(await usersIn(book)).toEqual(['ann']);
    expect(book.truncatedLines()).toBe(1);
  });

  it.each([
    ['missing', null],
    ['empty', ''],
    ['of another kind', '{"level":30,"msg":"hello"}\n'],
  ])('are refused at once where one is %s', async (_, text) => {
    const path = join(folder, 'odd');
    if (text !== null) writeFileSync(path, text);

    const opened = openHistories([await aHistory('a', ['ann']), path]);

    await expect(opened).rejects.toMatchObject({ code: 'history_unreadable' });
  });
});
