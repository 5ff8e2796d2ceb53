import { escapeXml } from '../../xml/escape-xml.ts';
import { attributes, junitDocument } from '../../xml/junit-xml.ts';
import type { ChaosResult, ExperimentResult } from '../run/chaos-result.ts';

/** A run as JUnit XML: a test case an experiment. Inconclusive is an error, never a pass; skipped says why. Pure. */
export function chaosJunitText(result: ChaosResult): string {
  const { experiments } = result;
  const of = (verdict: ExperimentResult['verdict']) =>
    experiments.filter((one) => one.verdict === verdict && !one.asExpected);
  const errors = of('inconclusive').length;
  const skipped = of('skipped').length;
  const failures = experiments.filter(({ asExpected }) => !asExpected).length - errors - skipped;
  const head = attributes({
    name: 'fluxgate chaos',
    tests: experiments.length,
    failures,
    errors,
    skipped,
    time: (result.tookMs / 1_000).toFixed(3),
    timestamp: result.startedAt,
  });
  return junitDocument([`<testsuite${head}>`, ...experiments.flatMap(caseOf), '</testsuite>']);
}

function caseOf(one: ExperimentResult): readonly string[] {
  const head = attributes({ classname: 'fluxgate.chaos', name: one.name, time: (one.tookMs / 1_000).toFixed(3) });
  const out = `<system-out>${escapeXml([one.title, one.summary, ...one.notes].join('\n'))}</system-out>`;
  return [`<testcase${head}>`, ...bad(one), out, '</testcase>'];
}

function bad({ asExpected, verdict, summary, reasons }: ExperimentResult): readonly string[] {
  if (asExpected) return [];
  const head = attributes({ type: verdict, message: summary });
  if (verdict === 'skipped') return [`<skipped${attributes({ message: summary })}/>`];
  const element = verdict === 'inconclusive' ? 'error' : 'failure';
  return [`<${element}${head}>${escapeXml(reasons.join('\n'))}</${element}>`];
}
