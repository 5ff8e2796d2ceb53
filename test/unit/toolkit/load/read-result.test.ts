import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readResult } from '../../../../src/toolkit/load/read-result.ts';
import { writeReport } from '../../../../src/toolkit/load/write-report.ts';
import { namedPipe } from '../../../support/named-pipe.ts';
import { aLoadResult } from './a-load-result.ts';

const folder = mkdtempSync(join(tmpdir(), 'fluxgate-result-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, 'result.json');
  writeFileSync(path, text);
  return path;
}

describe('the result of a run', () => {
  it('is read as it was written', async () => {
    const path = join(folder, 'written.json');
    await writeReport(path, aLoadResult());

    expect(await readResult(path)).toEqual(aLoadResult());
  });

  it('is refused where it is a pipe: nobody may ever fill it', async () => {
    await expect(readResult(namedPipe())).rejects.toMatchObject({
      code: 'result_unreadable',
      message: expect.stringContaining('cannot be read: it is a named pipe'),
    });
  });

  it.each([
    ['no JSON', 'p99: 3', /is not JSON/],
    ['something else', '{"format":"fluxgate-bench"}', /is not the result of a load run/],
    [
      'another version',
      '{"format":"fluxgate-load","version":1}',
      /another version of fluxgate; run the scenario again/,
    ],
    ['a part of it', '{"format":"fluxgate-load","version":2,"title":3}', /no whole result of a load run at/],
  ])('is refused with the reason where it is %s', async (_what, text, why) => {
    await expect(readResult(file(text))).rejects.toMatchObject({
      code: 'result_unreadable',
      message: expect.stringMatching(why),
      hint: expect.stringContaining('load run'),
    });
  });

  it('is refused where it is not there', async () => {
    await expect(readResult(join(folder, 'none.json'))).rejects.toMatchObject({
      message: expect.stringMatching(/none.json is not there/),
    });
  });
});
