import { parseRunbook } from '../../../../src/toolkit/runbook/format/parse-runbook.ts';
import type { Step } from '../../../../src/toolkit/runbook/format/runbook.ts';
import type { NewEvent } from '../../../../src/toolkit/runbook/journal/journal-event.ts';
import type { ProcessEnd } from '../../../../src/toolkit/runbook/run/run-process.ts';
import type { Person, Runner } from '../../../../src/toolkit/runbook/run/runner.ts';
import { aRunbook } from './a-runbook.ts';

/** The steps of a runbook with these sections. */
export function stepsOf(...sections: readonly string[]): readonly Step[] {
  // none of them includes another
  return parseRunbook(aRunbook(sections.join('\n\n')), 'x.md').steps as readonly Step[];
}

/** Exit codes by command line, one after the other; the last one stays. What is not named succeeds. */
export type Script = Readonly<Record<string, readonly (number | ProcessEnd)[]>>;

/** A runner over a scripted machine and a clock that only sleeping moves. */
export function aRunner(script: Script = {}, more: Partial<Runner> = {}) {
  const left = new Map(Object.entries(script).map(([command, ends]) => [command, [...ends]]));
  const commands: string[] = [];
  const events: NewEvent[] = [];
  const said: string[] = [];
  let nowMs = 0;
  const runner: Runner = {
    runbook: 'test',
    values: new Map(),
    own: { node: 'node', entry: 'run.js' },
    journal: { path: 'journal', write: (event) => void events.push(event), close: () => {} },
    async run({ text }) {
      commands.push(text);
      const ends = left.get(text) ?? [0];
      const end = (ends.length > 1 ? ends.shift() : ends[0]) ?? 0;
      return { end: typeof end === 'number' ? { kind: 'exited', code: end } : end, ms: 1, output: `${text} said so\n` };
    },
    mask: (text) => text,
    sleep: async (ms) => {
      nowMs += ms;
    },
    nowMs: () => nowMs,
    person: null,
    by: 'tester@here',
    yes: false,
    confirmed: false,
    signal: new AbortController().signal,
    tell: (line) => void said.push(line),
    ...more,
  };
  return { runner, commands, events, said, now: () => nowMs };
}

/** Answers questions in turn: true is yes, a text is what is typed. */
export function aPerson(...answers: readonly (boolean | string)[]): Person & { readonly questions: string[] } {
  const left = [...answers];
  const questions: string[] = [];
  return {
    questions,
    async agrees(question) {
      questions.push(question);
      return left.shift() === true;
    },
    async types(question) {
      questions.push(question);
      return String(left.shift() ?? '');
    },
  };
}
