import type { Config } from '../../config/config-schema.ts';
import type { ErrorCode } from '../../engine/domain/error-codes.ts';
import { exportHistory } from './export-history.ts';
import type { FolderBooks } from './open-folder.ts';
import { githubStep, printable, publishFault, publishVerdict } from './publish-verdict.ts';
import type { VerifyReport } from './report-schema.ts';
import { type Paint, reportText } from './report-text.ts';
import type { VerifyAsk } from './verify-ask.ts';
import { readSaleId, verifyFolder } from './verify-folder.ts';
import { verifyProgress } from './verify-progress.ts';

export interface VerifyOnceUse {
  readonly config: Config;
  readonly openBooks: (config: Config) => Promise<FolderBooks>;
  readonly ask: Extract<VerifyAsk, { kind: 'verify' }>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly print: (text: string) => void;
  readonly annotate: (line: string) => void;
  readonly say: (line: string) => void;
  readonly paint: Paint | undefined;
  readonly endWith: (code: ErrorCode) => void;
  readonly atEnd: (close: () => Promise<unknown>) => void;
}

/**
 * Verifies once, prints the report and writes it wherever it was asked for. The verdict is printed and its exit code set before
 * any file is written: one that cannot be must not hide it, nor turn a 20 into anything else. @throws as verifyFolder, publishVerdict and exportHistory
 */
export async function verifyOnce(use: VerifyOnceUse): Promise<VerifyReport> {
  const { ask, say } = use;
  const github = githubStep(ask.github, use.env, use.annotate);
  const publishing = { junit: ask.junit, github, say };
  let books: FolderBooks | null = null;
  let report: VerifyReport;
  try {
    report = await verifyFolder({
      ...use,
      progress: verifyProgress(say),
      onBooks: (opened) => {
        books = opened;
      },
    });
  } catch (error) {
    await publishFault(error, publishing);
    throw error;
  }
  use.print(printable(reportText(report, use.paint), github));
  if (report.exitCode === 20) use.endWith('invariant_violated');
  if (report.exitCode === 23) use.endWith('inconclusive');
  try {
    await publishVerdict(report, publishing);
    if (ask.exportTo !== undefined && books !== null) await writeExport(ask.exportTo, books, ask, say);
  } catch (error) {
    // 20 is what the caller has to hear; a disk that is full is a lesser matter
    if (report.exitCode !== 20) throw error;
    say(`Error: ${error instanceof Error ? error.message : String(error)}`);
  }
  return report;
}

async function writeExport(
  to: string,
  books: FolderBooks,
  ask: Extract<VerifyAsk, { kind: 'verify' }>,
  say: (line: string) => void,
): Promise<void> {
  const saleId = ask.sale === undefined ? null : readSaleId(ask.sale);
  const operations = await exportHistory({ books, histories: ask.history, saleId, to });
  say(`${to}: ${new Intl.NumberFormat('en').format(operations)} operations, the last one reads the ledger`);
}
