import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toInstant } from '../../../../src/engine/domain/time.ts';
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
  for await (const entry of book.read(null)) users.push(entry.userId);
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

  it('are read packed as they are plain, whatever the file is called', async () => {
    const path = await aHistory('a', ['ann', 'bob']);
    writeFileSync(path, gzipSync(readFileSync(path)));

    expect(await usersIn(await openHistories([path]))).toEqual(['ann', 'bob']);
  });

  it('say that a packed one is cut off, and how to save what is there', async () => {
    const path = await aHistory('a.gz', ['ann', 'bob']);
    const packed = gzipSync(readFileSync(path));
    writeFileSync(path, packed.subarray(0, packed.length - 12));

    const reading = openHistories([path]).then(usersIn);

    await expect(reading).rejects.toMatchObject({
      code: 'history_unreadable',
      message: expect.stringContaining('its gzip is cut off'),
    });
  });

  it('are refused where a line in the middle is broken, with the line', async () => {
    const path = await aHistory('a', ['ann', 'bob', 'cas']);
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, lines.map((line, n) => (n === 2 ? line.slice(0, 40) : line)).join('\n'));

    const reading = openHistories([path]).then(usersIn);

    await expect(reading).rejects.toMatchObject({
      code: 'history_unreadable',
      message: expect.stringMatching(/a, line 3: not JSON/),
    });
  });

  it.each([
    ['named twice', (path: string) => path],
    ['a copy', (path: string) => copied(path, (to) => copyFileSync(path, to))],
    ['a packed copy', (path: string) => copied(path, (to) => writeFileSync(to, gzipSync(readFileSync(path))))],
    [
      'a copy that was cut off',
      (path: string) => copied(path, (to) => writeFileSync(to, readFileSync(path).subarray(0, -30))),
    ],
  ])('are refused where one is %s: each answer would count twice', async (_, again) => {
    const path = await aHistory('a', ['ann', 'bob']);

    await expect(openHistories([path, again(path)])).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/named twice|copies of one run/),
    });
  });

  it('leave out what was answered before a moment, by the clock of each run, and count it', async () => {
    const book = await openHistories([await aHistory('a', ['ann', 'bob']), await aHistory('b', ['cas'])]);
    const users: string[] = [];

    // the runs began at 08:00:00.000, every answer came 2 ms later
    for await (const entry of book.read(toInstant(Date.parse('2026-11-27T08:00:00.003Z')))) users.push(entry.userId);
    for await (const entry of book.read(toInstant(Date.parse('2026-11-27T08:00:00.002Z')))) users.push(entry.userId);

    expect(users).toEqual(['ann', 'bob', 'cas']);
    expect(book.earlier()).toBe(3);
  });

  it('may be of two runs that nobody bought in', async () => {
    const book = await openHistories([await aHistory('a', []), await aHistory('b', [])]);

    expect(await usersIn(book)).toEqual([]);
  });

  it('say what is wrong with a folder, and do not wait for a pipe that nobody fills', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);

    await expect(openHistories([folder])).rejects.toMatchObject({ message: expect.stringContaining('is a folder') });
    await expect(openHistories([pipe])).rejects.toMatchObject({ message: expect.stringContaining('no regular file') });
  });

  it('are refused where a line has no end, before the memory is full', async () => {
    const path = join(folder, 'zeros');
    writeFileSync(path, '');
    truncateSync(path, 3_000_000_000);

    await expect(openHistories([path])).rejects.toMatchObject({
      message: expect.stringContaining('more than 1048576 bytes'),
    });
  });
});

function copied(path: string, write: (to: string) => void): string {
  const to = `${path}-copy`;
  write(to);
  return to;
}
