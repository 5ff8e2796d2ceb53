import type { VerifyReport } from '../../verify/report-schema.ts';
import type { Experiment } from '../experiment/experiment.ts';

export type ChaosVerdict = 'passed' | 'violated' | 'deviated' | 'inconclusive';

/** What came to light in one experiment. */
export interface ExperimentFacts {
  /** Why the system was not normal before anything was done to it; empty where it was. */
  readonly notSteadyBefore: readonly string[];
  /** Faults that nobody saw take effect, or that failed, and buyers that were not there to feel them. */
  readonly unseen: readonly string[];
  /** The guard that ended the experiment. */
  readonly aborted: string | null;
  /** What was not normal though it should have been throughout. */
  readonly deviatedDuring: readonly string[];
  /** From the last undo to the steady state; null where it did not come back in time. */
  readonly recoveredMs: number | null;
  /** What was still not normal at the end of the bound. */
  readonly notSteadyAfter: readonly string[];
  readonly verify: VerifyReport | null;
}

export interface Judgement {
  readonly verdict: ChaosVerdict;
  readonly reasons: readonly string[];
  readonly asExpected: boolean;
}

/** Judges an experiment. A broken invariant weighs most: it stands whatever else is in doubt. Pure. */
export function judgeExperiment(facts: ExperimentFacts, { recoverWithinMs, expected }: Experiment): Judgement {
  const { verdict, reasons } = verdictOf(facts, recoverWithinMs);
  const found = violatedIn(facts.verify).map(({ name }) => name);
  const { invariant, alongside } = expected;
  // one that nobody foresaw is a defect that nobody planted
  const isForeseen = found.every((name) => name === invariant || alongside.includes(name));
  const isFound = invariant === null || (found.includes(invariant) && isForeseen);
  const asExpected = verdict === expected.verdict && isFound;
  return { verdict, reasons, asExpected };
}

function violatedIn(report: VerifyReport | null): VerifyReport['invariants'] {
  return report?.invariants.filter(({ verdict }) => verdict === 'violated') ?? [];
}

function verdictOf(facts: ExperimentFacts, recoverWithinMs: number): Omit<Judgement, 'asExpected'> {
  const { verify } = facts;
  if (verify?.verdict === 'violated') {
    const reasons = violatedIn(verify).map(
      ({ name, findings, findingsTotal }) => `${name} is violated (${findingsTotal}): ${findings[0]?.text ?? ''}`,
    );
    return { verdict: 'violated', reasons };
  }
  if (facts.notSteadyBefore.length > 0) {
    const reasons = facts.notSteadyBefore.map((what) => `not normal before any fault: ${what}`);
    return { verdict: 'inconclusive', reasons };
  }
  if (facts.unseen.length > 0) return { verdict: 'inconclusive', reasons: facts.unseen };
  const deviated = deviationsOf(facts, recoverWithinMs);
  if (deviated.length > 0) return { verdict: 'deviated', reasons: deviated };
  if (verify === null || verify.verdict === 'inconclusive')
    return { verdict: 'inconclusive', reasons: verify?.reasons ?? ['the books were not compared'] };
  return { verdict: 'passed', reasons: [] };
}

function deviationsOf(facts: ExperimentFacts, recoverWithinMs: number): readonly string[] {
  const { aborted, deviatedDuring, recoveredMs, notSteadyAfter } = facts;
  return [
    ...(aborted === null ? [] : [`a guard ended the experiment: ${aborted}`]),
    ...deviatedDuring.map((what) => `not normal meanwhile: ${what}`),
    ...(recoveredMs === null ? [`not normal again within ${recoverWithinMs / 1_000} s of the last undo`] : []),
    ...(recoveredMs === null ? notSteadyAfter : []),
  ];
}

/** The exit code of a verdict: 0 where it is the one that was expected. */
export function exitCodeOf({ verdict, asExpected }: Pick<Judgement, 'verdict' | 'asExpected'>): number {
  if (asExpected) return 0;
  switch (verdict) {
    case 'violated':
      return 20;
    case 'deviated':
      return 22;
    case 'inconclusive':
      return 23;
    case 'passed':
      return 1; // a defect that has to be caught was not: our checks are blind
    default:
      return verdict satisfies never;
  }
}

/** Of several: the gravest. */
export function worstExitCode(codes: readonly number[]): number {
  return [20, 22, 1, 23].find((code) => codes.includes(code)) ?? codes.find((code) => code !== 0) ?? 0;
}
