import { expect } from 'vitest';
import type { VerifyReport } from '../../src/toolkit/verify/report-schema.ts';
import { runCli } from './cli.ts';

export interface Verdict {
  readonly code: number | null;
  readonly report: VerifyReport;
  readonly stderr: string;
}

/** What `fluxgate verify --json` says about a data folder. */
export async function verdictOf(
  dataDir: string,
  histories: readonly string[] = [],
  more: readonly string[] = [],
): Promise<Verdict> {
  const args = [
    'verify',
    '--json',
    '--data-dir',
    dataDir,
    ...histories.flatMap((path) => ['--history', path]),
    ...more,
  ];
  const { code, stdout, stderr } = await runCli(args, { cwd: dataDir, deadlineMs: 120_000 });
  let report: VerifyReport;
  try {
    // Our own command's document, of the schema it publishes.
    report = JSON.parse(stdout) as VerifyReport;
  } catch (cause) {
    throw new Error(`verify gave no report (exit code ${code}):\n${stdout}\n${stderr}`, { cause });
  }
  return { code, report, stderr };
}

/** Demands that every invariant holds; what was found is in the failure. */
export async function expectProven(dataDir: string, histories: readonly string[] = []): Promise<VerifyReport> {
  const { code, report, stderr } = await verdictOf(dataDir, histories);
  const found = (report.invariants ?? []).flatMap((one) => one.findings.map((each) => each.text));
  expect({ code, found, reasons: report.reasons ?? report, stderr }).toMatchObject({ code: 0, found: [], reasons: [] });
  return report;
}
