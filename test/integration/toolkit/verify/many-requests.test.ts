// @module-tag minutes
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VerifyReport } from '../../../../src/toolkit/verify/report-schema.ts';
import { pathsIn } from '../../../support/many-requests.ts';

const run = promisify(execFile);
const script = join(import.meta.dirname, '../../../support/many-requests.ts');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-many-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the histories of `requests` requests in four files and verifies them in a process of its own. */
async function verified(requests: number): Promise<{ readonly report: VerifyReport; readonly peakMb: number }> {
  await run(process.execPath, [script, 'write', folder, String(requests)]);
  const { stdout } = await run(process.execPath, [script, 'verify', folder, String(requests)]);
  return JSON.parse(stdout);
}

/** What the script makes of every twenty requests. */
function expectTruth(report: VerifyReport, requests: number): void {
  const twenties = requests / 20;
  expect({ verdict: report.verdict, reasons: report.reasons }).toEqual({ verdict: 'holds', reasons: [] });
  expect(report.books.history).toMatchObject({
    requests,
    answers200: 16 * twenties,
    ordersHeard: 14 * twenties,
    unknownKeys: 2 * twenties,
    recovered: twenties,
  });
  expect(report.classes).toMatchObject({
    ok: 14 * twenties,
    recovered: twenties,
    lost: 0,
    duplicated: 0,
    unexpected: 0,
  });
}

describe('the histories of four generators, one of them packed', () => {
  it('are held against the other books as one', async () => {
    const { report } = await verified(20_000);

    expectTruth(report, 20_000);
  });

  it('of 10,000,000 requests are verified in less than 500 MB', { tags: ['long'], timeout: 1_800_000 }, async () => {
    const requests = 10_000_000;

    const { report, peakMb } = await verified(requests);

    const sizeMb = Math.round(pathsIn(folder).reduce((sum, path) => sum + statSync(path).size, 0) / 1e6);
    process.stdout.write(`${requests} requests in ${sizeMb} MB of files: peak ${peakMb} MB resident\n`);
    expectTruth(report, requests);
    expect(peakMb).toBeLessThan(500);
  });
});
