import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { githubAnnotationOfFault, githubAnnotations, githubSummary, unheeded } from './github-text.ts';
import { junitOfFault, junitText } from './junit-text.ts';
import type { VerifyReport } from './report-schema.ts';
import { writeVerdict } from './write-verdict.ts';

/** Where a verdict goes besides stdout. */
export interface Publishing {
  /** File for JUnit XML. */
  readonly junit: string | undefined;
  /** Null outside of GitHub Actions. */
  readonly github: GithubStep | null;
  readonly say: (line: string) => void;
}

interface GithubStep {
  /** Takes the annotations: GitHub reads both streams of a step. */
  readonly annotate: (line: string) => void;
  /** GITHUB_STEP_SUMMARY, where it is set. */
  readonly summaryFile: string | undefined;
}

/** Whether to write for GitHub: as `--github` or `--no-github` says, otherwise where GitHub Actions runs us. */
export function githubStep(
  flag: boolean | undefined,
  env: Readonly<Record<string, string | undefined>>,
  annotate: (line: string) => void,
): GithubStep | null {
  if (!(flag ?? env.GITHUB_ACTIONS === 'true')) return null;
  return { annotate, summaryFile: env.GITHUB_STEP_SUMMARY || undefined };
}

/** The report's text as it may be printed there: on GitHub no line of it is taken for a command. */
export function printable(text: string, github: GithubStep | null): string {
  return github === null ? text : unheeded(randomUUID(), text);
}

/** Publishes a report. Call it last: a file that cannot be written must not hide the verdict. @throws FluxError `report_unwritable` */
export async function publishVerdict(report: VerifyReport, to: Publishing): Promise<void> {
  if (to.github !== null) {
    for (const line of githubAnnotations(report)) to.github.annotate(line);
    await addToSummary(githubSummary(report), to.github.summaryFile, to.say);
  }
  if (to.junit !== undefined) await writeVerdict(to.junit, junitText(report));
}

/** Publishes that no report could be made. @throws FluxError `report_unwritable` */
export async function publishFault(error: unknown, to: Publishing): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  to.github?.annotate(githubAnnotationOfFault(message));
  if (to.junit !== undefined) await writeVerdict(to.junit, junitOfFault(message));
}

/** The summary is GitHub's file and an extra: where it cannot be written, the verdict stands all the same. */
async function addToSummary(text: string, path: string | undefined, say: (line: string) => void): Promise<void> {
  if (path === undefined) return;
  try {
    await appendFile(path, text);
  } catch (error) {
    say(`The job's summary ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
