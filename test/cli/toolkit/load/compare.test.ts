import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliResult, runCli } from '../../../support/cli.ts';
import { aMeasuredRun } from '../../../unit/toolkit/load/a-measured-run.ts';

let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fluxgate-compare-'));
  const write = (name: string, of: Parameters<typeof aMeasuredRun>[0]) =>
    writeFileSync(join(cwd, name), JSON.stringify(aMeasuredRun({ seconds: 10, perSlice: 20, ...of })));
  for (const noise of [1, 2, 3]) write(`a${noise}.json`, { noise });
  for (const noise of [4, 5, 6]) write(`slow${noise}.json`, { noise, ms: 30 });
  write('near.json', { noise: 7, ms: 10.8 });
  write('other-seed.json', { noise: 8, result: { seed: 77 } });
});

afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function compare(...args: readonly string[]): Promise<CliResult> {
  return runCli(['load', 'compare', ...args], { cwd });
}

describe('load compare', { timeout: 60_000 }, () => {
  test('ends with 21 where B is worse and with 0 where it is better', async () => {
    const worse = await compare('a1.json', 'slow4.json');
    const better = await compare('slow4.json', 'a1.json');

    expect(worse).toMatchObject({ code: 21, stdout: expect.stringMatching(/Verdict: B is worse in p50 of accepted/) });
    expect(better).toMatchObject({ code: 0, stdout: expect.stringMatching(/Verdict: B is better/) });
  });

  test('takes several runs a side, and says the same twice', async () => {
    const more = [
      '--baseline',
      'a2.json',
      '--baseline',
      'a3.json',
      '--candidate',
      'slow5.json',
      '--candidate',
      'slow6.json',
    ];

    const first = await compare('a1.json', 'slow4.json', ...more, '--json');
    const second = await compare('a1.json', 'slow4.json', ...more, '--json');

    expect(first.code).toBe(21);
    expect(JSON.parse(first.stdout)).toMatchObject({ verdict: 'worse', a: { runs: 3 }, b: { runs: 3 }, notes: [] });
    expect(second.stdout).toBe(first.stdout);
  });

  test('takes a tolerance: what is below it is the same', async () => {
    const strict = await compare('a1.json', 'near.json', '--tolerance', '50');

    expect(strict).toMatchObject({ code: 0, stdout: expect.stringContaining('no difference that exceeds the noise') });
  });

  test('ends with 23 where the runs cannot be compared or read', async () => {
    const seeds = await compare('a1.json', 'other-seed.json', '--json');
    const missing = await compare('a1.json', 'none.json', '--json');

    expect(seeds.code).toBe(23);
    expect(JSON.parse(seeds.stdout)).toMatchObject({ verdict: 'not_comparable', figures: [] });
    expect(missing.code).toBe(23);
    expect(JSON.parse(missing.stdout)).toMatchObject({ error: { code: 'result_unreadable' } });
  });
});
