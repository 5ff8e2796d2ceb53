import type { JournalProcess } from './is-runbook-process.ts';
import type { JournalEvent, StepResult } from './journal-event.ts';

/** What a journal says of its run. */
export interface RunSummary {
  readonly run: string;
  readonly runbook: string;
  readonly path: string;
  readonly title: string;
  readonly digest: string;
  readonly startedAt: string;
  readonly lastAt: string;
  /** Who started it, and who went on with it. */
  readonly by: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly planned: readonly string[];
  readonly steps: ReadonlyMap<string, StepResult>;
  /** Steps whose command was begun, however it ended, and was not taken back since. */
  readonly begun: ReadonlySet<string>;
  /** `crashed`: it has no end, and its process has gone. */
  readonly state: 'done' | 'failed' | 'rolled_back' | 'interrupted' | 'running' | 'crashed';
}

/** A run that `--resume` goes on with. */
export function isUnfinished({ state }: Pick<RunSummary, 'state'>): boolean {
  return state === 'failed' || state === 'interrupted' || state === 'crashed';
}

/**
 * Folds a journal. Undefined where it has no beginning.
 * @param isAlive whether the process that wrote it still runs
 */
export function summaryOf(
  events: readonly JournalEvent[],
  isAlive: (writer: JournalProcess) => boolean,
): RunSummary | undefined {
  const [first] = events;
  if (first?.event !== 'run_started') return undefined;
  const steps = new Map<string, StepResult>();
  const begun = new Set<string>();
  const by = [first.by];
  let ended: RunSummary['state'] | undefined;
  let writer: JournalProcess = first;
  for (const event of events) {
    if (event.event === 'step_ended') steps.set(event.step, event.result);
    if (event.event === 'step_started') steps.delete(event.step);
    if (event.event === 'change_begun') begun.add(event.step);
    // what was taken back is to be done again; what could not be taken back is still there
    if (event.event === 'rolled_back' && event.result === 'done') {
      steps.delete(event.step);
      begun.delete(event.step);
    }
    if (event.event === 'run_ended') ended = event.result;
    if (event.event === 'run_resumed') {
      ended = undefined;
      writer = event;
      if (!by.includes(event.by)) by.push(event.by);
    }
  }
  const { run, runbook, path, title, digest, at: startedAt, parameters, steps: planned } = first;
  return {
    run,
    runbook,
    path,
    title,
    digest,
    startedAt,
    lastAt: events.at(-1)?.at ?? startedAt,
    by,
    parameters,
    planned,
    steps,
    begun,
    state: ended ?? (isAlive(writer) ? 'running' : 'crashed'),
  };
}
