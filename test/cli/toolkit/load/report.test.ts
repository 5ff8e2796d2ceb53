import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../support/cli.ts';
import { aMeasuredRun } from '../../../unit/toolkit/load/a-measured-run.ts';

let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fluxgate-report-'));
  writeFileSync(join(cwd, 'run.json'), JSON.stringify(aMeasuredRun({ noise: 1, seconds: 2 })));
});

afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('load report', { timeout: 60_000 }, () => {
  test('writes the page beside the result', async () => {
    const { code, stdout } = await runCli(['load', 'report', 'run.json'], { cwd });

    expect(code).toBe(0);
    expect(stdout).toBe('A sale: passed\nPage: run.html\n');
    expect(readFileSync(join(cwd, 'run.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });

  test('writes it where --out says, and tells with --json where', async () => {
    const { code, stdout } = await runCli(['load', 'report', 'run.json', '--out', 'friday.html', '--json'], { cwd });

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ page: 'friday.html', title: 'A sale', verdict: 'passed' });
    expect(existsSync(join(cwd, 'friday.html'))).toBe(true);
  });

  test('never writes the page over the result', async () => {
    const before = readFileSync(join(cwd, 'run.json'), 'utf8');

    const { code, stderr } = await runCli(['load', 'report', 'run.json', '--out', './run.json'], { cwd });

    expect(code).toBe(2);
    expect(stderr).toContain('run.html');
    expect(readFileSync(join(cwd, 'run.json'), 'utf8')).toBe(before);
  });

  test('ends with 23 where the file is no result, with 24 where the page cannot be written', async () => {
    writeFileSync(join(cwd, 'other.json'), '{}');

    expect((await runCli(['load', 'report', 'other.json'], { cwd })).code).toBe(23);
    expect((await runCli(['load', 'report', 'run.json', '--out', 'none/page.html'], { cwd })).code).toBe(24);
  });
});
