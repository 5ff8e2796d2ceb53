import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { type IdentityOf, isRunbookProcess } from './is-runbook-process.ts';
import { type JournalEvent, journalEvent } from './journal-event.ts';
import { type RunSummary, summaryOf } from './run-summary.ts';
import { journalFolder } from './write-journal.ts';

export interface JournaledRun {
  readonly path: string;
  readonly events: readonly JournalEvent[];
  readonly summary: RunSummary;
}

/** Older ones are still there, by their name. */
const maxRuns = 1_000;

/** All runs of a data folder, newest first. A line that was cut off by a crash is passed over. */
export function readRuns(dataDir: string, identityOf: IdentityOf): readonly JournaledRun[] {
  const folder = journalFolder(dataDir);
  return filesIn(folder)
    .slice(0, maxRuns)
    .flatMap((file) => {
      const events = eventsIn(join(folder, file));
      const summary = summaryOf(events, (writer) => isRunbookProcess(writer, identityOf));
      return summary === undefined ? [] : [{ path: join(folder, file), events, summary }];
    });
}

/** One run by its name, or the newest of a runbook. @throws FluxError `not_found` */
export function findRun(dataDir: string, name: string, identityOf: IdentityOf): JournaledRun {
  const found = readRuns(dataDir, identityOf).find(({ summary }) => summary.run === name || summary.runbook === name);
  if (found !== undefined) return found;
  throw new FluxError('not_found', `there is no run ${name} in ${journalFolder(dataDir)}`, {
    hint: 'fluxgate runbook list --runs',
  });
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.ndjson'))
      .sort()
      .reverse();
  } catch {
    return []; // no folder, no runs
  }
}

function eventsIn(path: string): readonly JournalEvent[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const event: unknown = JSON.parse(line);
        return Value.Check(journalEvent, event) ? [event] : [];
      } catch {
        return []; // empty, or cut off
      }
    });
}
