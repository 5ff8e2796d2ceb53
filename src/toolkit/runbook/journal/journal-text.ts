import { alignedTable } from '../../command/aligned-table.ts';
import type { JournalEvent } from './journal-event.ts';
import type { JournaledRun } from './read-runs.ts';

/** Runs, newest first. */
export function runsText(runs: readonly JournaledRun[]): string {
  if (runs.length === 0) return 'No runbook has been run here.';
  return alignedTable(
    ['run', 'state', 'steps', 'by', 'last'],
    runs.map(({ summary }) => {
      const done = [...summary.steps.values()].filter((result) => result === 'done' || result === 'not_needed').length;
      const { run, state, planned, by, lastAt } = summary;
      return [run, state.replace('_', ' '), `${done}/${planned.length}`, by.join(', '), clock(lastAt)];
    }),
  );
}

/** A whole journal, as a person reads it. */
export function journalText({ summary, events, path }: JournaledRun): string {
  const set = Object.entries(summary.parameters).map(([name, value]) => `${name}=${value}`);
  return [
    `${summary.title}, run ${summary.run}: ${summary.state.replace('_', ' ')}`,
    ...(set.length === 0 ? [] : [`with ${set.join(', ')}`]),
    `in ${path}`,
    '',
    ...events.flatMap((event) =>
      lineOf(event).map((line, at) => `${at === 0 ? clock(event.at) : ' '.repeat(20)}  ${line}`),
    ),
  ].join('\n');
}

function lineOf(event: JournalEvent): readonly string[] {
  switch (event.event) {
    case 'run_started':
      return [`${event.by} starts it, fluxgate ${event.version}`];
    case 'run_resumed':
      return [`${event.by} goes on with it, fluxgate ${event.version}`];
    case 'step_started':
      return [event.title];
    case 'change_begun':
      return []; // its command is told when it has ended
    case 'command_ended':
      return [`  ${commandLine(event)}`, ...said(event.output)];
    case 'answered':
      return [`  ? ${event.question}  ${event.answer}, by ${event.by} (${event.how})`];
    case 'step_ended':
      return [`  ${event.result.replace('_', ' ')}${event.why === '' ? '' : `: ${event.why}`}`];
    case 'rolled_back':
      return [`  taking back ${event.step}: ${event.result}${event.why === '' ? '' : `: ${event.why}`}`];
    case 'run_ended':
      return [event.result.replace('_', ' ')];
    default:
      return event satisfies never;
  }
}

function commandLine(event: Extract<JournalEvent, { readonly event: 'command_ended' }>): string {
  const { command, role, ended, attempts, ms } = event;
  const how =
    ended === 'exited' ? `ended with ${event.with}` : `${ended.replace('_', ' ')}${event.with ? ` ${event.with}` : ''}`;
  const tries = attempts === 1 ? '' : `, try ${attempts}`;
  return `${role}: ${command}  (${how}, ${ms} ms${tries})`;
}

/** Whoever wants all of it reads the file. */
const shownLines = 12;

function said(output: string): readonly string[] {
  const lines = output.split('\n').filter((line) => line !== '');
  const cut = lines.length - shownLines;
  const shown = cut > 0 ? [`... ${cut} lines before, in the file ...`, ...lines.slice(-shownLines)] : lines;
  return shown.map((line) => `      ${line}`);
}

function clock(at: string): string {
  return at.slice(0, 19).replace('T', ' ');
}

/** A run as `--json` prints it. */
export function runDocument({ summary, path }: JournaledRun) {
  return {
    ...summary,
    journal: path,
    runbookPath: summary.path,
    path: undefined,
    begun: [...summary.begun],
    steps: Object.fromEntries(summary.steps),
  };
}
