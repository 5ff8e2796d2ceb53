import { toleranceText } from '../probe/steady-state.ts';
import type { ChaosResult, ExperimentResult } from '../run/chaos-result.ts';

/** The report as Markdown, with the picture of each experiment beside it. Pure. */
export function markdownText(result: ChaosResult): string {
  return [
    '# Chaos report',
    '',
    `${result.startedAt}, ${seconds(result.tookMs)}, run ${result.runId}.`,
    ...(result.shuffleSeed === null ? [] : ['', `Order by seed: \`--shuffle --seed ${result.shuffleSeed}\`.`]),
    '',
    '| experiment | verdict | as expected | took | |',
    '|---|---|---|---|---|',
    ...result.experiments.map(
      (one) =>
        `| [${cell(one.name)}](#${one.name}) | ${one.verdict} | ${asExpectedText(one)} | ${seconds(one.tookMs)} | ${cell(one.summary)} |`,
    ),
    ...result.experiments.flatMap(experimentLines),
    '',
  ].join('\n');
}

function experimentLines(one: ExperimentResult): readonly string[] {
  return [
    '',
    `## ${one.name}`,
    '',
    `**${one.title}**`,
    '',
    one.why,
    '',
    `Verdict: **${one.verdict}**. ${one.summary}.`,
    ...(one.reasons.length === 0 ? [] : ['', ...one.reasons.map((reason) => `- ${reason}`)]),
    ...(one.samples.length === 0 ? [] : ['', `![Timeline of ${one.name}](${one.name}.svg)`]),
    ...faultLines(one),
    ...probeLines(one),
    ...loadLines(one),
    ...(one.notes.length === 0 ? [] : ['', 'Besides:', '', ...one.notes.map((note) => `- ${note}`)]),
  ];
}

function faultLines({ faults }: ExperimentResult): readonly string[] {
  if (faults.length === 0) return [];
  return [
    '',
    '| fault | from | to | what was seen |',
    '|---|---|---|---|',
    ...faults.map(
      ({ says, injectedMs, undoneMs, evidence, failed }) =>
        `| ${cell(says)} | ${secondsOrNone(injectedMs)} | ${secondsOrNone(undoneMs)} | ${cell(failed ?? evidence?.what ?? 'nothing')} |`,
    ),
  ];
}

function probeLines({ probes }: ExperimentResult): readonly string[] {
  return [
    '',
    '| normal is | | checked |',
    '|---|---|---|',
    ...probes.map((probe) => `| ${cell(probe.title)} | ${toleranceText(probe)} | ${probe.check.join(', ')} |`),
  ];
}

function loadLines({ load, verify, recovery, seed }: ExperimentResult): readonly string[] {
  if (load === null) return [];
  const outcomes = Object.entries(load.outcomes).map(([outcome, n]) => `${n} ${outcome}`);
  return [
    '',
    `- Buyers: ${load.title}, seed ${seed}, ${load.sent} requests, ${outcomes.join(', ')}.`,
    `- Recovery: ${recovery.tookMs === null ? 'not' : seconds(recovery.tookMs)} of ${seconds(recovery.withinMs)} allowed.`,
    ...(verify === null ? [] : [`- Books: ${verify.summary}`]),
    ...(verify?.findings ?? []).map(({ invariant, text, look }) => `  - ${invariant}: ${text} (${look})`),
  ];
}

function asExpectedText({ asExpected, verdict }: ExperimentResult): string {
  return verdict === 'skipped' ? '' : asExpected ? 'yes' : '**no**';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function secondsOrNone(ms: number | null): string {
  return ms === null ? '' : seconds(ms);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
