import { timeText } from '../../time/time-units.ts';
import type { Fence } from '../format/runbook.ts';
import { type Invocation, invocationsOf } from './invocation.ts';
import type { ProcessEnd, ProcessResult } from './run-process.ts';
import type { Runner } from './runner.ts';

export type FenceEnd =
  | { readonly kind: 'ok' }
  | { readonly kind: 'interrupted' }
  | {
      readonly kind: 'failed';
      /** As the end of a sentence that begins with the command. */
      readonly why: string;
      /** Of this program's own commands: what the run ends with, too. */
      readonly exitCode: number | null;
    };

/** Where a fence stands in a step, for the journal. */
export interface FencePlace {
  readonly step: string;
  readonly role: string;
}

/** Runs the commands of a fence, as often as it says. */
export async function runFence(fence: Fence, place: FencePlace, runner: Runner): Promise<FenceEnd> {
  for (let attempt = 1; ; attempt += 1) {
    const end = await attemptFence(fence, { ...place, attempt, timeoutMs: fence.timeoutMs, quiet: false }, runner);
    if (end.kind !== 'failed' || attempt > fence.retries) return end;
    runner.tell(`    failed (${end.why}); again in ${timeText(fence.everyMs)}, ${attempt} of ${fence.retries}`);
    await runner.sleep(fence.everyMs, runner.signal);
  }
}

/** Looks until the commands succeed, or the fence's time is over. The journal gets the last look. */
export async function runUntil(fence: Fence, place: FencePlace, runner: Runner): Promise<FenceEnd> {
  const deadline = runner.nowMs() + fence.timeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    const timeoutMs = Math.max(1, deadline - runner.nowMs());
    const looks = { ...place, attempt, timeoutMs, quiet: true };
    const end = await attemptFence(fence, looks, runner, () => runner.nowMs() + fence.everyMs >= deadline);
    if (end.kind === 'ok' || end.kind === 'interrupted') return end;
    if (runner.nowMs() + fence.everyMs >= deadline) {
      return { ...end, why: `${end.why}, for ${timeText(fence.timeoutMs)}` };
    }
    await runner.sleep(fence.everyMs, runner.signal);
  }
}

interface Attempt extends FencePlace {
  readonly attempt: number;
  readonly timeoutMs: number;
  /** What it says is shown where it is the last look. */
  readonly quiet: boolean;
}

async function attemptFence(
  fence: Fence,
  attempt: Attempt,
  runner: Runner,
  isLast: () => boolean = () => true,
): Promise<FenceEnd> {
  for (const command of invocationsOf(fence.script, runner.values, runner.own)) {
    if (!attempt.quiet || attempt.attempt === 1) tellCommand(command, runner);
    const result = await runner.run(command, {
      timeoutMs: attempt.timeoutMs,
      signal: runner.signal,
      mask: runner.mask,
      tell: attempt.quiet ? () => {} : (line) => runner.tell(`    ${line}`),
    });
    const end = endOf(result.end, command, attempt.timeoutMs);
    if (end.kind !== 'failed' || isLast()) note(command, result, attempt, runner);
    if (end.kind !== 'ok') {
      if (attempt.quiet && isLast()) for (const line of linesOf(result.output)) runner.tell(`    ${line}`);
      return end;
    }
  }
  return { kind: 'ok' };
}

function linesOf(output: string): readonly string[] {
  return output.split('\n').filter((line) => line !== '');
}

function tellCommand(command: Invocation, { tell, mask }: Runner): void {
  const [first = '', ...more] = mask(command.text).split('\n');
  tell(`  $ ${first}`);
  for (const line of more) tell(`    ${line}`);
}

function endOf(end: ProcessEnd, command: Invocation, timeoutMs: number): FenceEnd {
  switch (end.kind) {
    case 'exited':
      if (end.code === 0) return { kind: 'ok' };
      return { kind: 'failed', why: `it ended with ${end.code}`, exitCode: command.own ? end.code : null };
    case 'interrupted':
      return { kind: 'interrupted' };
    case 'killed':
      return { kind: 'failed', why: `${end.signal} ended it`, exitCode: null };
    case 'timed_out':
      return { kind: 'failed', why: `it did not end within ${timeText(timeoutMs)}`, exitCode: null };
    case 'not_started':
      return { kind: 'failed', why: `it could not be started: ${end.why}`, exitCode: 24 };
    default:
      return end satisfies never;
  }
}

function note(
  command: Invocation,
  { end, ms, output }: ProcessResult,
  { step, role, attempt }: Attempt,
  runner: Runner,
): void {
  runner.journal.write({
    event: 'command_ended',
    step,
    role,
    command: runner.mask(command.text),
    ended: end.kind,
    with:
      end.kind === 'exited'
        ? end.code
        : end.kind === 'killed'
          ? end.signal
          : end.kind === 'not_started'
            ? end.why
            : null,
    attempts: attempt,
    ms,
    output,
  });
}
