import type { Experiment } from '../experiment/experiment.ts';
import type { ExperimentResult } from './chaos-result.ts';
import { type ChaosVerdict, exitCodeOf, judgeExperiment } from './judge-experiment.ts';
import type { ExperimentRun } from './run-experiment.ts';

interface About {
  readonly experiment: Experiment;
  readonly startedAt: string;
  readonly tookMs: number;
}

/** The result of an experiment that ran. Pure. */
export function resultOfRun(run: ExperimentRun, about: About): ExperimentResult {
  const { experiment } = about;
  const judgement = judgeExperiment(run.facts, experiment);
  const { load, verify } = run;
  return {
    ...resultWithout(judgement.verdict, judgement.reasons, about),
    ...judgement,
    exitCode: exitCodeOf(judgement),
    summary: summaryOf(judgement.verdict, judgement.asExpected, experiment, run.facts.recoveredMs),
    reasons: [...judgement.reasons],
    saleId: run.saleId,
    faults: run.faults.map(({ timed, target, injectedMs, undoneMs, evidence, failed }) => ({
      fault: timed.fault.name,
      target,
      says: timed.fault.says(target, timed.parameters),
      injectedMs,
      undoneMs,
      evidence,
      failed,
    })),
    samples: run.samples.map(({ atMs, values }) => ({ atMs, values: [...values] })),
    recovery: { withinMs: experiment.recoverWithinMs, tookMs: run.facts.recoveredMs },
    load: {
      title: load.title,
      sent: load.requests.sent,
      answered: load.requests.answered,
      outcomes: Object.fromEntries(Object.entries(load.outcomes).map(([name, { latencyMs }]) => [name, latencyMs.n])),
      doubts: [...load.doubts],
    },
    verify: {
      verdict: verify.verdict,
      summary: verify.summary,
      findings: verify.invariants.flatMap(({ name, findings }) =>
        findings.map(({ text, look }) => ({ invariant: name, text, look })),
      ),
    },
  };
}

/** The result of one that was skipped, or that ended before there was anything to judge. */
export function resultWithout(
  verdict: ChaosVerdict | 'skipped',
  why: string | readonly string[],
  { experiment, startedAt, tookMs }: About,
): ExperimentResult {
  const reasons = typeof why === 'string' ? [why] : [...why];
  const { name, title, seed, expected, steadyState, recoverWithinMs } = experiment;
  return {
    name,
    title,
    why: experiment.why,
    seed,
    verdict,
    expected: { verdict: expected.verdict, invariant: expected.invariant, because: expected.because },
    asExpected: false,
    exitCode: verdict === 'skipped' ? 24 : 23,
    summary: reasons[0] ?? verdict,
    reasons,
    startedAt,
    tookMs,
    saleId: null,
    faults: [],
    probes: steadyState.map(({ title: called, tolerance, check }) => ({
      title: called,
      ...tolerance,
      check: [...check],
    })),
    samples: [],
    recovery: { withinMs: recoverWithinMs, tookMs: null },
    load: null,
    verify: null,
    notes: [],
  };
}

function summaryOf(
  verdict: ChaosVerdict,
  asExpected: boolean,
  { expected }: Experiment,
  recoveredMs: number | null,
): string {
  if (!asExpected && expected.verdict !== 'passed') {
    const wanted = expected.invariant === null ? expected.verdict : `${expected.verdict} (${expected.invariant})`;
    return `${verdict}, expected was ${wanted}: ${expected.because}`;
  }
  switch (verdict) {
    case 'passed':
      return recoveredMs === null
        ? 'every promise kept'
        : `every promise kept, normal again after ${seconds(recoveredMs)}`;
    case 'violated':
      return asExpected ? `caught, as it has to be: ${expected.because}` : 'a promise was broken';
    case 'deviated':
      return asExpected ? `as expected: ${expected.because}` : 'every promise kept, but it was not normal';
    case 'inconclusive':
      return 'nothing can be said';
    default:
      return verdict satisfies never;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
