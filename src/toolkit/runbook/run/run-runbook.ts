import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoadedConfig } from '../../../config/load-config.ts';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { Runbook, Step } from '../format/runbook.ts';
import type { IdentityOf, JournalProcess } from '../journal/is-runbook-process.ts';
import { readRuns } from '../journal/read-runs.ts';
import { isUnfinished, type RunSummary } from '../journal/run-summary.ts';
import { journalFolder, openJournal } from '../journal/write-journal.ts';
import { checkBeforehand } from './check-beforehand.ts';
import { chooseSteps, type StepChoice } from './choose-steps.ts';
import type { OwnProgram } from './invocation.ts';
import { maskOf, secretsOf } from './mask-secrets.ts';
import { type ParameterValues, parameterValues, secretValues, shownValues } from './parameter-values.ts';
import { runProcess } from './run-process.ts';
import { type RunReport, runSteps } from './run-steps.ts';
import type { Person } from './runner.ts';

/** What was asked for, and by whom. */
export interface RunRunbook {
  readonly runbook: Runbook;
  readonly config: Pick<LoadedConfig, 'value'>;
  readonly choice: StepChoice;
  readonly set: readonly string[];
  /** --resume */
  readonly resume: boolean;
  readonly yes: boolean;
  readonly confirm: string | undefined;
  readonly person: Person | null;
  readonly by: string;
  readonly version: string;
  readonly own: OwnProgram;
  readonly identityOf: IdentityOf;
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

export interface FinishedRun extends RunReport {
  readonly run: string;
  readonly runbook: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly journal: string;
}

/**
 * Runs a runbook, or goes on with its last run, and keeps the journal.
 * @throws FluxError before the first step: see check-beforehand.ts and parameter-values.ts; `journal_unwritable`
 */
export async function runRunbook(use: RunRunbook): Promise<FinishedRun> {
  const { runbook, config } = use;
  const earlier = use.resume ? runToResume(use) : undefined;
  if (!use.resume) warnOfUnfinished(use);
  const values = parameterValues(runbook, use.set, earlier?.parameters);
  const chosen = chooseSteps(runbook, use.choice);
  const steps = earlier === undefined ? chosen : chosen.filter(({ name }) => earlier.planned.includes(name));
  const { value } = config;
  checkBeforehand({ ...use, steps, mode: value.mode, atTerminal: use.person !== null });
  const run = earlier?.run ?? newRunName(runbook.name);
  const journal = openJournal(join(journalFolder(value.dataDir), `${run}.ndjson`));
  try {
    const { by, version } = use;
    if (earlier !== undefined) journal.write({ event: 'run_resumed', by, ...writerOf(use), version });
    else journal.write(startOf(use, run, values, steps));
    use.tell(`${runbook.title}: ${steps.length} steps, run ${run}`);
    const report = await runSteps(steps, earlier ?? { steps: new Map(), begun: new Set() }, {
      ...use,
      runbook: runbook.name,
      values,
      journal,
      run: runProcess,
      mask: maskOf([...secretsOf(config), ...secretValues(values)]),
      sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => {}),
      nowMs: () => performance.now(),
      confirmed: use.confirm !== undefined,
    });
    return { ...report, run, runbook: runbook.name, parameters: shownValues(values), journal: journal.path };
  } finally {
    journal.close();
  }
}

/** This process, as the journal knows it again. */
function writerOf({ identityOf }: RunRunbook): JournalProcess {
  const { pid } = process;
  const identity = identityOf(pid);
  return identity === undefined ? { pid } : { pid, identity };
}

function startOf(use: RunRunbook, run: string, values: ParameterValues, steps: readonly Step[]) {
  const { runbook, by, version } = use;
  return {
    event: 'run_started',
    format: 1,
    run,
    runbook: runbook.name,
    path: runbook.path,
    title: runbook.title,
    digest: runbook.digest,
    by,
    ...writerOf(use),
    version,
    parameters: shownValues(values),
    steps: steps.map(({ name }) => name),
  } as const;
}

/** Sorted by name they are sorted by time. */
function newRunName(runbook: string): string {
  const now = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15);
  return `${now}-${runbook}-${randomBytes(2).toString('hex')}`;
}

/** The newest run of the runbook, where it is unfinished and of the runbook as it is now. */
function runToResume({ runbook, config, set, identityOf }: RunRunbook): RunSummary {
  const { name } = runbook;
  const [newest] = readRuns(config.value.dataDir, identityOf).filter(({ summary }) => summary.runbook === name);
  const summary = newest?.summary;
  const again = `fluxgate runbook run ${name}`;
  if (summary === undefined) throw new FluxError('usage', `${name} has never been run here`, { hint: again });
  if (summary.state === 'running') {
    throw new FluxError('usage', `${summary.run} is still running, by ${summary.by.join(', ')}`, {
      hint: `fluxgate runbook journal ${summary.run}`,
    });
  }
  if (!isUnfinished(summary)) {
    throw new FluxError(
      'usage',
      `the last run of ${name} is ${summary.state.replace('_', ' ')}: nothing is left of it`,
      {
        hint: again,
      },
    );
  }
  if (summary.digest !== runbook.digest) {
    throw new FluxError('usage', `${name} has changed since ${summary.run} began: its steps may be others`, {
      hint: `fluxgate runbook journal ${summary.run}, then: ${again} --from STEP`,
    });
  }
  const fixed = set.find((text) => {
    const [parameter = '', value] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];
    const before = summary.parameters[parameter];
    return before !== undefined && before !== '<redacted>' && before !== value;
  });
  if (fixed !== undefined) {
    throw new FluxError('usage', `${summary.run} began with another value than ${fixed}`, {
      hint: `${again} --resume`,
    });
  }
  return summary;
}

function warnOfUnfinished({ runbook, config, tell, identityOf }: RunRunbook): void {
  const [newest] = readRuns(config.value.dataDir, identityOf).filter(({ summary }) => summary.runbook === runbook.name);
  if (newest === undefined) return;
  const { run, state, by } = newest.summary;
  if (state === 'running') tell(`Note: ${run} by ${by.join(', ')} is running right now.`);
  else if (isUnfinished(newest.summary)) {
    tell(`Note: ${run} by ${by.join(', ')} is unfinished (${state}); --resume goes on with it, this is a new run.`);
  }
}
