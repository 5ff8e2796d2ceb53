import type { ChaosResult, ExperimentResult } from '../run/chaos-result.ts';

/** One experiment as a line: verdict, name, time, and why. */
function resultLine(result: ExperimentResult): string {
  const mark = result.verdict === 'skipped' ? 'skipped' : result.asExpected ? 'ok' : result.verdict;
  return `${mark.padEnd(12)} ${result.name.padEnd(30)} ${seconds(result.tookMs).padStart(7)}  ${result.summary}`;
}

/** Everything that is to be said on stdout. Pure. */
export function resultText(result: ChaosResult): string {
  const { experiments, folder } = result;
  const bad = experiments.filter(({ asExpected, verdict }) => !asExpected && verdict !== 'skipped');
  const skipped = experiments.filter(({ verdict }) => verdict === 'skipped');
  return [
    ...experiments.map(resultLine),
    '',
    ...bad.flatMap((one) => [`${one.name}: ${one.verdict}`, ...one.reasons.map((reason) => `  ${reason}`), '']),
    `${experiments.length - bad.length - skipped.length} as expected, ${bad.length} not, ${skipped.length} skipped, in ${seconds(result.tookMs)}`,
    ...(result.shuffleSeed === null ? [] : [`Order: --shuffle --seed ${result.shuffleSeed}`]),
    `Report: ${folder}/report.md`,
  ].join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
