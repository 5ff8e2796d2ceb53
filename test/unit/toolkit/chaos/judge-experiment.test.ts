import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../../../src/toolkit/chaos/experiment/experiment.ts';
import {
  type ExperimentFacts,
  exitCodeOf,
  judgeExperiment,
  worstExitCode,
} from '../../../../src/toolkit/chaos/run/judge-experiment.ts';
import type { VerifyReport } from '../../../../src/toolkit/verify/report-schema.ts';

type Judged = Pick<Experiment, 'recoverWithinMs' | 'expected'>;

/** What verify reports, as far as the judgement reads it. */
function report(verdict: VerifyReport['verdict'], violated: readonly string[] = []): VerifyReport {
  const invariants = violated.map((name) => ({ name, verdict: 'violated', findings: [], findingsTotal: 1 }));
  return {
    verdict,
    invariants,
    reasons: verdict === 'inconclusive' ? ['a book is away'] : [],
  } as unknown as VerifyReport;
}

const sound: ExperimentFacts = {
  notSteadyBefore: [],
  unseen: [],
  aborted: null,
  deviatedDuring: [],
  recoveredMs: 800,
  notSteadyAfter: [],
  verify: report('holds'),
};

function judge(facts: Partial<ExperimentFacts>, expected: Partial<Judged['expected']> = {}) {
  const judged: Judged = {
    recoverWithinMs: 5_000,
    expected: { verdict: 'passed', invariant: null, alongside: [], because: null, ...expected },
  };
  return judgeExperiment({ ...sound, ...facts }, judged as Experiment); // it reads nothing else of it
}

describe('an experiment', () => {
  it('passes where every promise held, every fault was seen and it was normal again', () => {
    expect(judge({})).toEqual({ verdict: 'passed', reasons: [], asExpected: true });
  });

  it.each([
    ['a broken invariant', { verify: report('violated', ['no-oversell']), unseen: ['x'] }, 'violated', 20],
    ['a system that was not normal beforehand', { notSteadyBefore: ['x'], recoveredMs: null }, 'inconclusive', 23],
    ['a fault that nobody saw', { unseen: ['x'], deviatedDuring: ['y'] }, 'inconclusive', 23],
    ['a guard', { aborted: 'x' }, 'deviated', 22],
    ['a deviation meanwhile', { deviatedDuring: ['x'], verify: report('inconclusive') }, 'deviated', 22],
    ['no recovery in time', { recoveredMs: null, notSteadyAfter: ['x'] }, 'deviated', 22],
    ['books that cannot be read', { verify: report('inconclusive') }, 'inconclusive', 23],
    ['no comparison of the books', { verify: null }, 'inconclusive', 23],
  ] as const)('is judged by %s', (_, facts, verdict, exitCode) => {
    const judgement = judge(facts);

    expect(judgement).toMatchObject({ verdict, asExpected: false });
    expect(judgement.reasons.length).toBeGreaterThan(0);
    expect(exitCodeOf(judgement)).toBe(exitCode);
  });

  it('is as expected where a control is caught by the invariant that has to find it, and by no other', () => {
    const expected = { verdict: 'violated', invariant: 'no-lost-order' } as const;
    const caught = judge({ verify: report('violated', ['no-lost-order']) }, expected);
    const other = judge({ verify: report('violated', ['limits']) }, expected);
    const foreseen = judge(
      { verify: report('violated', ['no-lost-order', 'limits']) },
      { ...expected, alongside: ['limits'] },
    );
    const more = judge({ verify: report('violated', ['no-lost-order', 'limits']) }, expected);
    const blind = judge({}, expected);

    expect([caught, foreseen, other, more, blind].map(exitCodeOf)).toEqual([0, 0, 20, 20, 1]);
    expect(caught.asExpected && !more.asExpected).toBe(true);
  });

  it('ends a run of several with the gravest exit code', () => {
    expect(worstExitCode([0, 23, 22, 0])).toBe(22);
    expect(worstExitCode([23, 20, 22])).toBe(20);
    expect(worstExitCode([0, 0])).toBe(0);
    expect(worstExitCode([23, 1])).toBe(1);
  });
});
