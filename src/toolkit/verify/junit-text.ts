import { escapeXml } from '../xml/escape-xml.ts';
import { attributes, junitDocument } from '../xml/junit-xml.ts';
import { countedWords } from './counted-words.ts';
import type { InvariantReport, VerifyReport } from './report-schema.ts';

/** The report as JUnit XML: a test case an invariant; violated is a failure, inconclusive an error: neither is ever a pass. */
export function junitText(report: VerifyReport): string {
  const failures = report.invariants.filter((one) => one.verdict === 'violated').length;
  const errors = report.invariants.filter((one) => one.verdict === 'inconclusive').length;
  const head = attributes({
    name: 'fluxgate verify',
    tests: report.invariants.length,
    failures,
    errors,
    time: (report.tookMs / 1_000).toFixed(3),
    timestamp: report.at,
  });
  return junitDocument([`<testsuite${head}>`, ...report.invariants.flatMap(caseOf), '</testsuite>']);
}

/** Where no report could be made: one test case that is an error. */
export function junitOfFault(message: string): string {
  return junitDocument([
    `<testsuite${attributes({ name: 'fluxgate verify', tests: 1, failures: 0, errors: 1 })}>`,
    `<testcase${attributes({ classname: 'fluxgate.verify', name: 'books can be read' })}>`,
    `<error${attributes({ type: 'inconclusive', message })}/>`,
    '</testcase>',
    '</testsuite>',
  ]);
}

function caseOf(one: InvariantReport): readonly string[] {
  const looked = one.counted.map(({ what, n }) => `${what}: ${n}`);
  return [
    `<testcase${attributes({ classname: 'fluxgate.verify', name: `${one.number} ${one.name}` })}>`,
    ...bad(one),
    `<system-out>${escapeXml([...looked, ...one.notes].join('\n'))}</system-out>`,
    '</testcase>',
  ];
}

function bad(one: InvariantReport): readonly string[] {
  if (one.verdict === 'holds') return [];
  if (one.verdict === 'inconclusive') {
    return [`<error${attributes({ type: 'inconclusive', message: one.notes.join('; ') })}/>`];
  }
  const message = `${one.findingsAtLeast ? 'at least ' : ''}${countedWords(one.findingsTotal, 'findings')}`;
  const lines = one.findings.map(
    ({ kind, text, ids, look }) => `${kind}: ${text}\n  ids: ${ids.join(', ')}\n  look: ${look}`,
  );
  return [`<failure${attributes({ type: one.name, message })}>${escapeXml(lines.join('\n'))}</failure>`];
}
