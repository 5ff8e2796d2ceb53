import { errorCodes } from '../../engine/domain/error-codes.ts';
import { alignedTable } from '../command/aligned-table.ts';
import { timeText } from '../time/time-units.ts';
import { wrapText } from '../verify/wrap-text.ts';
import type { Fence, Runbook, Step } from './format/runbook.ts';
import { parameterKinds, runbookMoments } from './format/runbook.ts';
import { invocationsOf, lettersOf, type OwnProgram } from './run/invocation.ts';
import type { ParameterValues } from './run/parameter-values.ts';
import type { FinishedRun } from './run/run-runbook.ts';
import type { StepReport } from './run/run-steps.ts';

/** All runbooks, under the moments at which one reaches for them. */
export function listText(runbooks: readonly Runbook[]): string {
  const width = Math.max(...runbooks.map(({ name }) => name.length));
  const groups = Object.entries(runbookMoments).flatMap(([when, heading]) => {
    const own = runbooks.filter((runbook) => runbook.when === when);
    return own.length === 0
      ? []
      : [[heading, ...own.map(({ name, use }) => `  ${name.padEnd(width)}  ${hanging(use, width + 4)}`)].join('\n')];
  });
  return `${groups.join('\n\n')}\n\nTo read one:                fluxgate runbook show NAME\nTo see what it would do:    fluxgate runbook run NAME --dry-run`;
}

/** A terminal of the usual width takes it without breaking words. */
const columns = 80;

function hanging(text: string, indent: number): string {
  return wrapText(text, columns - indent).join(`\n${' '.repeat(indent)}`);
}

/** One runbook: what it is for, what may be set, its steps. */
export function showText(runbook: Runbook): string {
  const { name, title, use, buyers, mode, programs, parameters, steps, path } = runbook;
  const facts: readonly (readonly [string, string])[] = [
    ['When', use],
    ['Buyers', buyers],
    ...(mode === 'any' ? [] : [['Mode', mode] as const]),
    ...(programs.length === 0 ? [] : [['Wants', programs.join(', ')] as const]),
    ['File', path],
  ];
  const table = alignedTable(
    ['parameter', 'default', 'what it is'],
    parameters.map(({ name: parameter, byDefault, description, kind }) => [
      parameter,
      byDefault ?? '(has to be set)',
      `${description}: ${parameterKinds[kind]}`,
    ]),
  );
  return [
    `${title}  (${name})`,
    '',
    ...facts.map(([label, text]) => `${`${label}:`.padEnd(8)}${text}`),
    '',
    ...(parameters.length === 0 ? [] : [table, '']),
    ...steps.map((step, at) => `${String(at + 1).padStart(2)}  ${step.name}${marksOf(step)}\n    ${step.title}`),
    '',
    `To see every command: fluxgate runbook run ${name} --dry-run`,
  ].join('\n');
}

function marksOf({ action, rollback }: Step): string {
  const marks = [
    ...(action.kind === 'ask' ? [action.unattended ? 'asks (--yes may answer)' : 'asks a person'] : []),
    ...(action.kind === 'probe' || action.kind === 'until' ? ['only looks'] : []),
    ...(action.kind === 'command' && action.risk !== null ? ['risk'] : []),
    ...(rollback.length > 0 ? ['can be taken back'] : []),
  ];
  return marks.length === 0 ? '' : `  [${marks.join(', ')}]`;
}

/** Every command of every step as it would be run, with nothing done. */
export function dryRunText(
  { title }: Pick<Runbook, 'title'>,
  steps: readonly Step[],
  use: { readonly values: ParameterValues; readonly own: OwnProgram; readonly mask: (text: string) => string },
): string {
  const commands = (label: string, fences: readonly Fence[]): readonly string[] =>
    fences.flatMap((fence) =>
      invocationsOf(fence.script, use.values, use.own).map(
        ({ text }) => `    ${label.padEnd(9)} ${use.mask(text).replaceAll('\n', `\n${' '.repeat(14)}`)}`,
      ),
    );
  const blocks = steps.map((step, at) => {
    const { action } = step;
    const asked =
      action.kind === 'ask'
        ? [`    asks      ${action.question.map((word) => lettersOf(word, use.values)).join(' ')}`]
        : commands(labelOf(action.kind), [action.fence]);
    return [
      `${String(at + 1).padStart(2)}  ${step.title}  (${step.name})`,
      ...(action.kind === 'command' && action.risk !== null ? [`    risk      ${action.risk}`] : []),
      ...commands('unless', step.unless),
      ...commands('first', step.prechecks),
      ...asked,
      ...patienceOf(step),
      ...commands('then', step.postchecks),
      ...commands('undone by', step.rollback),
    ].join('\n');
  });
  return [`${title}: what it would do. Nothing was done.`, ...blocks].join('\n\n');
}

function labelOf(kind: 'command' | 'probe' | 'until'): string {
  return { command: 'runs', probe: 'looks', until: 'waits for' }[kind];
}

function patienceOf({ action }: Step): readonly string[] {
  if (action.kind === 'ask') return [];
  const { timeoutMs, retries, everyMs } = action.fence;
  const again = retries === 0 ? '' : `, again ${retries} times after ${timeText(everyMs)}`;
  return [`    ${'at most'.padEnd(9)} ${timeText(timeoutMs)}${again}`];
}

const words: Readonly<Record<StepReport['result'], string>> = {
  done: 'done',
  not_needed: 'not needed',
  failed: 'failed',
  interrupted: 'interrupted',
  before: 'done before',
  not_reached: 'not reached',
};

/** How a run went; `typed` is how its runbook was named. */
export function reportText({ runbook, result, steps, journal, run }: FinishedRun, typed: string): string {
  const table = alignedTable(
    ['step', 'result', 'seconds'],
    steps.map((step) => [step.name, words[step.result], step.ms === 0 ? '' : (step.ms / 1_000).toFixed(1)]),
    { right: ['seconds'] },
  );
  const verdict = {
    done: 'done',
    failed: 'failed',
    rolled_back: 'failed, and was taken back',
    interrupted: 'interrupted',
  };
  const next =
    result === 'failed' || result === 'interrupted' ? [`To go on: fluxgate runbook run ${typed} --resume`] : [];
  return [
    table,
    '',
    `${runbook} is ${verdict[result]}.`,
    `Journal: fluxgate runbook journal ${run}`,
    `         ${journal}`,
    ...next,
  ].join('\n');
}

/** A failed step of ours passes its exit code on: 20 stays a violated invariant. Anything else is a failure. */
export function exitCodeOf({ exitCode, result }: FinishedRun): number {
  if (result === 'interrupted') return errorCodes.interrupted;
  return exitCode !== null && exitCode > 0 ? exitCode : errorCodes.step_failed;
}
