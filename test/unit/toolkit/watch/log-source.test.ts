import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { watchFiles } from '../../../../src/toolkit/watch/log-source.ts';

it('says once that a log cannot be read, tells the others, and reads it as soon as it can be', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxgate-logs-'));
  const [odd, plain] = [join(folder, 'odd.log'), join(folder, 'plain.log')];
  const stop = new AbortController();
  const said: string[] = [];
  mkdirSync(odd); // a folder is no log: EISDIR
  writeFileSync(plain, 'one\n');

  const watching = watchFiles(
    [
      { source: 'odd', path: odd },
      { source: 'plain', path: plain },
    ],
    Date.now,
    ({ source, lines }) => void said.push(...lines.map((line) => `${source}: ${line}`)),
    stop.signal,
  );
  writeFileSync(plain, 'one\ntwo\n');
  await expect.poll(() => said.at(-1)).toBe('plain: two');
  rmdirSync(odd);
  writeFileSync(odd, 'at last\n');
  await expect.poll(() => said.at(-1)).toBe('odd: at last');
  stop.abort();
  await watching;
  rmSync(folder, { recursive: true });

  expect(said[0]).toMatch(/^odd: it cannot be read: EISDIR/);
  expect(said.slice(1)).toEqual(['plain: one', 'plain: two', 'odd: at last']);
});
