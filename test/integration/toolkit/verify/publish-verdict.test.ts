import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { githubStep, printable, publishFault, publishVerdict } from '../../../../src/toolkit/verify/publish-verdict.ts';
import { healthyBooks } from '../../../support/healthy-books.ts';
import { verifyBooks } from '../../../support/sale-books.ts';

let folder = '';
const annotated: string[] = [];
const said: string[] = [];
const say = (line: string) => void said.push(line);
const annotate = (line: string) => void annotated.push(line);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-publish-'));
  annotated.length = 0;
  said.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a verdict on GitHub', () => {
  it('is written there by itself where GitHub Actions runs us, and as the flag says anywhere', () => {
    const there = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/tmp/s' };

    expect(githubStep(undefined, there, annotate)?.summaryFile).toBe('/tmp/s');
    expect(githubStep(undefined, {}, annotate)).toBeNull();
    expect(githubStep(true, {}, annotate)?.summaryFile).toBeUndefined();
    expect(githubStep(false, there, annotate)).toBeNull();
  });

  it('is added to what other steps wrote into the summary', async () => {
    const path = join(folder, 'summary.md');
    const to = { junit: undefined, github: githubStep(true, { GITHUB_STEP_SUMMARY: path }, annotate), say };
    const books = healthyBooks();
    for (const product of books.gate) product.free -= 1;

    await publishVerdict(await verifyBooks(healthyBooks()), to);
    await publishVerdict(await verifyBooks(books), to);

    expect(readFileSync(path, 'utf8').match(/^### fluxgate verify: (✅|❌)/gm)).toHaveLength(2);
    expect(annotated).toHaveLength(1);
  });

  it('stands where the summary cannot be written', async () => {
    const github = githubStep(true, { GITHUB_STEP_SUMMARY: join(folder, 'no/such/folder') }, annotate);

    await publishVerdict(await verifyBooks(healthyBooks()), { junit: undefined, github, say });

    expect(said.join()).toContain('cannot be written');
  });

  it('is one annotation where no report could be made, and one error for JUnit', async () => {
    const junit = join(folder, 'verify.xml');

    await publishFault(new Error('no ledger'), { junit, github: githubStep(true, {}, annotate), say });

    expect(annotated).toEqual(['::error title=verify%3A inconclusive::no ledger']);
    expect(readFileSync(junit, 'utf8')).toContain('errors="1"');
  });

  it('keeps GitHub from taking a line of the report for a command', () => {
    const text = printable('  ::error::a buyer called himself that', githubStep(true, {}, annotate));

    const [stop = '', , resume] = text.split('\n');
    expect(stop).toMatch(/^::stop-commands::[0-9a-f-]{36}$/);
    expect(resume).toBe(`::${stop.slice('::stop-commands::'.length)}::`);
    expect(printable('::error::x', null)).toBe('::error::x');
  });
});
