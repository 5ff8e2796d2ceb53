import { describe, expect, it } from 'vitest';
import type { Runbook } from '../../../../src/toolkit/runbook/format/runbook.ts';
import { type Beforehand, checkBeforehand } from '../../../../src/toolkit/runbook/run/check-beforehand.ts';
import { chooseSteps } from '../../../../src/toolkit/runbook/run/choose-steps.ts';
import { aStep, fence } from './a-runbook.ts';
import { stepsOf } from './a-runner.ts';

const steps = stepsOf(
  aStep('Look', fence('sh probe', 'true')),
  aStep('Ask', fence('text ask', 'Is it so?')),
  aStep('Do', fence('sh risk="It hurts."', 'true')),
);

function beforehand(more: Partial<Beforehand> & { readonly runbook?: Partial<Runbook> } = {}): () => void {
  const runbook: Runbook = {
    ...{ name: 'test', path: 'x.md', title: 'A test', when: 'doubt', use: '', buyers: '', mode: 'any', digest: '' },
    ...{ programs: [], parameters: [], steps },
    ...more.runbook,
  };
  const use = { steps, mode: 'embedded', atTerminal: true, yes: false, confirm: undefined, ...more } as const;
  return () => checkBeforehand({ ...use, runbook });
}

const [look, ask, risky] = steps;
const only = (...chosen: readonly (typeof look)[]) => chosen.filter((step) => step !== undefined);

describe('before the first step', () => {
  it('nothing is refused at a terminal', () => {
    expect(beforehand()).not.toThrow();
  });

  it.each([
    [
      'a question without a terminal',
      { steps: only(look, ask, risky), confirm: 'test', atTerminal: false, yes: true },
      /"Ask" is for a person/,
    ],
    [
      'a risk without a terminal',
      { steps: only(look, risky), atTerminal: false, yes: true },
      /"Do" is a risk.*It hurts\./,
    ],
    ['another name', { confirm: 'tset' }, /--confirm wants the name of the runbook, test, not tset/],
    ['the wrong mode', { runbook: { mode: 'stack' } }, /test is for mode stack, and this is mode embedded/],
    ['a missing program', { runbook: { programs: ['sh', 'no-such-program-here'] } }, /test wants no-such-program-here/],
  ] as const)('%s is refused', (_, more, message) => {
    expect(beforehand(more as Partial<Beforehand>)).toThrow(message);
  });

  it('a refusal says what to type', () => {
    const hintOf = (run: () => void) => {
      try {
        run();
      } catch (error) {
        return error instanceof Error && 'hint' in error ? error.hint : undefined;
      }
      return undefined;
    };

    expect(hintOf(beforehand({ atTerminal: false, confirm: 'test' }))).toContain('--from do');
    expect(hintOf(beforehand({ atTerminal: false, steps: only(risky) }))).toBe(
      'fluxgate runbook run test --confirm test',
    );
  });
});

describe('the steps of a run', () => {
  const runbook = {
    name: 'test',
    steps: [...steps, ...steps.map((step) => ({ ...step, name: `inner/${step.name}` }))],
  };
  const names = (choice: Parameters<typeof chooseSteps>[1]) => chooseSteps(runbook, choice).map(({ name }) => name);

  it('are all, some, or one and those behind it, in the order of the runbook', () => {
    expect(names({ only: [], from: undefined })).toHaveLength(6);
    expect(names({ only: ['do', 'look'], from: undefined })).toEqual(['look', 'do']);
    expect(names({ only: ['inner'], from: undefined })).toEqual(['inner/look', 'inner/ask', 'inner/do']);
    expect(names({ only: [], from: 'inner/ask' })).toEqual(['inner/ask', 'inner/do']);
  });

  it('that are not there bring the nearest one', () => {
    expect(() => names({ only: ['loko'], from: undefined })).toThrow('test has no step loko. Did you mean look?');
    expect(() => names({ only: [], from: 'aks' })).toThrow('Did you mean ask?');
  });
});
