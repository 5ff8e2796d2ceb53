import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryEntry, HistoryHeader } from '../../../../src/toolkit/history/history-entry.ts';
import { readHistory } from '../../../../src/toolkit/history/read-history.ts';
import { writeHistory } from '../../../../src/toolkit/history/write-history.ts';

const about = { startedAt: '2026-01-01T00:00:00.000Z', target: 'http://127.0.0.1:1', scenario: 'a test', seed: 7 };
const headerLine = `${JSON.stringify({ format: 'fluxgate-history', version: 1, ...about })}\n`;

function anEntry(n: number, more: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    scheduledMs: n,
    sentMs: n + 0.25,
    doneMs: n + 1.5,
    userId: `user-${n}`,
    key: `key-${n}`,
    lines: [{ productId: 'ticket', quantity: 1 }],
    status: 409,
    outcome: 'sold_out',
    ...more,
  };
}

describe('a history', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fluxgate-history-'));
    path = join(folder, 'history.ndjson');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function readAll(): Promise<{
    header: HistoryHeader | undefined;
    entries: HistoryEntry[];
    cutAt: number | null;
  }> {
    let header: HistoryHeader | undefined;
    let cutAt: number | null = null;
    const entries: HistoryEntry[] = [];
    const options = {
      onHeader: (read: HistoryHeader) => {
        header = read;
      },
      onTruncated: (line: number) => {
        cutAt = line;
      },
    };
    for await (const entry of readHistory(path, options)) entries.push(entry);
    return { header, entries, cutAt };
  }

  it('reads back every entry that was written, in order', async () => {
    const written = Array.from({ length: 5_000 }, (_, n) => anEntry(n));
    const writer = await writeHistory(path, about);

    for (const entry of written) writer.write(entry);
    await writer.close();

    const { header, entries, cutAt } = await readAll();
    expect(header).toEqual({ format: 'fluxgate-history', version: 1, ...about });
    expect(entries).toEqual(written);
    expect(writer.entries).toBe(5_000);
    expect(cutAt).toBeNull();
  });

  it('keeps optional fields, unicode ids and line separators inside text', async () => {
    const written = [
      anEntry(1, { outcome: 'accepted', status: 200, orderId: 'o-1', saleId: 'spring', retry: 2 }),
      anEntry(2, { userId: 'Zoë 🎟\u2028x', outcome: 'connection_error', status: null, error: 'ECONNRESET' }),
    ];
    const writer = await writeHistory(path, about);

    for (const entry of written) writer.write(entry);
    await writer.close();

    expect((await readAll()).entries).toEqual(written);
  });

  it('leaves out a last line that a crash cut off, and says which', async () => {
    const whole = JSON.stringify(anEntry(2));
    await writeFile(path, `${headerLine}${JSON.stringify(anEntry(1))}\n${whole.slice(0, whole.length / 2)}`);

    const { entries, cutAt } = await readAll();

    expect(entries).toEqual([anEntry(1)]);
    expect(cutAt).toBe(3);
  });

  it('takes a last line that lacks only its line end', async () => {
    await writeFile(path, `${headerLine}${JSON.stringify(anEntry(1))}`);

    expect(await readAll()).toMatchObject({ entries: [anEntry(1)], cutAt: null });
  });

  it('refuses a broken line in the middle with its number', async () => {
    await writeFile(
      path,
      `${headerLine}${JSON.stringify(anEntry(1))}\n{"scheduledMs":\n${JSON.stringify(anEntry(2))}\n`,
    );

    await expect(readAll()).rejects.toMatchObject({ code: 'history_unreadable', message: /line 3: not JSON/ });
  });

  it.each([
    ['an unknown outcome', { ...anEntry(1), outcome: 'fine' }, /unknown outcome "fine"/],
    ['an accepted order without its id', { ...anEntry(1), outcome: 'accepted' }, /needs its "orderId"/],
    ['lines that are no lines', { ...anEntry(1), lines: [{ productId: 1 }] }, /"lines"/],
    ['a user that is no text', { ...anEntry(1), userId: 5 }, /"userId"/],
    ['a time that is no number', { ...anEntry(1), doneMs: null }, /"doneMs"/],
  ])('refuses %s', async (_name, line, why) => {
    await writeFile(path, `${headerLine}${JSON.stringify(line)}\n`);

    await expect(readAll()).rejects.toMatchObject({ code: 'history_unreadable', message: why });
  });

  it.each([
    ['an empty file', '', /is empty/],
    ['another file', '{"hello":"world"}\n', /line 1: not a history of fluxgate/],
    ['a newer version', headerLine.replace('"version":1', '"version":2'), /version 2 of the history format/],
    ['a header that was cut off', headerLine.slice(0, 20), /line 1/],
  ])('refuses %s', async (_name, text, why) => {
    await writeFile(path, text);

    await expect(readAll()).rejects.toMatchObject({ code: 'history_unreadable', message: why });
  });

  it('refuses a file that is not there', async () => {
    await expect(readAll()).rejects.toMatchObject({ code: 'history_unreadable', message: /cannot be read/ });
  });

  it('says that it is full while more is pending than the bound allows, and drains', async () => {
    const writer = await writeHistory(path, about);
    const long = anEntry(1, { error: 'x'.repeat(1_000_000) });
    expect(writer.full).toBe(false);

    for (let n = 0; n < 20; n += 1) writer.write(long);
    const fullBefore = writer.full;
    await writer.drained();

    expect(fullBefore).toBe(true);
    expect(writer.full).toBe(false);
    await writer.close();
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(22);
  });

  it('refuses a path where nothing can be written', async () => {
    await expect(writeHistory(join(folder, 'no', 'such', 'folder'), about)).rejects.toMatchObject({
      code: 'history_unwritable',
    });
  });

  it('stops reading when the reader stops', async () => {
    await writeFile(path, headerLine);
    await appendFile(path, `${JSON.stringify(anEntry(1))}\n`.repeat(10_000));

    let seen = 0;
    for await (const _entry of readHistory(path)) {
      seen += 1;
      if (seen === 3) break;
    }

    expect(seen).toBe(3);
  });
});
