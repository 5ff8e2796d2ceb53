import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { VerifyReport } from '../../src/toolkit/verify/report-schema.ts';
import { runCli } from './cli.ts';

export interface Verdict {
  readonly code: number | null;
  readonly report: VerifyReport;
  readonly stderr: string;
}

/** The published schema: what others check the document with. */
const schemaPath = join(import.meta.dirname, '../../docs/schemas/verify-report.schema.json');
const isReport = new Ajv2020({ validateFormats: false }).compile<VerifyReport>(
  JSON.parse(readFileSync(schemaPath, 'utf8')),
);

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
  return { code, report: reportIn(stdout, `exit code ${code}:\n${stdout}\n${stderr}`), stderr };
}

/** @throws where stdout is not one document of the published schema */
function reportIn(stdout: string, context: string): VerifyReport {
  let document: unknown;
  try {
    document = JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`verify gave no report, ${context}`, { cause });
  }
  if (isReport(document)) return document;
  throw new Error(`not of the published schema: ${JSON.stringify(isReport.errors)}, ${context}`);
}

/** Demands that every invariant holds; what was found is in the failure. */
export async function expectProven(dataDir: string, histories: readonly string[] = []): Promise<VerifyReport> {
  const { code, report, stderr } = await verdictOf(dataDir, histories);
  const found = (report.invariants ?? []).flatMap((one) => one.findings.map((each) => each.text));
  expect({ code, found, reasons: report.reasons ?? report, stderr }).toMatchObject({ code: 0, found: [], reasons: [] });
  return report;
}
