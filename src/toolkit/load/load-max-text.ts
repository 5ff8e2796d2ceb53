import { alignedTable } from '../command/aligned-table.ts';
import { wrapText } from '../verify/wrap-text.ts';
import type { LoadMaxResult } from './load-max.ts';
import { lowestNotKept } from './search-max-rate.ts';

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const widthColumns = 80;

/** What a person reads after `load max`. */
export function loadMaxText(result: LoadMaxResult): string {
  const { closedLoop: closed, title, requests, tookSeconds, sharedMachine } = result;
  return [
    title,
    '',
    probeTable(result),
    ...missedLines(result),
    ...leftOutLines(result),
    '',
    'Closed loop (autocannon), not what buyers wait: connections ask when answered.',
    `  ${closed.connections} connections: ${count.format(closed.answersPerSecond)} answers/s, ${count.format(closed.errors)} errors`,
    `  accepted ${count.format(closed.acceptedPerSecond)}/s, refused ${count.format(closed.refusalsPerSecond)}/s, service p50 ${closed.serviceMs.p50} ms, p99 ${closed.serviceMs.p99} ms`,
    '',
    `${count.format(requests)} requests in ${count.format(tookSeconds)} s${sharedMachine ? '; client and server share this machine' : ''}`,
    ...wrapText(verdictText(result), widthColumns),
  ].join('\n');
}

/** Why the lowest rate that was not kept was not. */
function missedLines({ probes }: LoadMaxResult): string[] {
  const rate = lowestNotKept(probes);
  const lowest = probes.find(({ ratePerSecond, outcome }) => ratePerSecond === rate && outcome !== 'kept');
  if (lowest === undefined) return [];
  return wrapText(`At ${count.format(lowest.ratePerSecond)}: ${lowest.why.join('; ')}`, widthColumns).slice();
}

function leftOutLines({ leftOut }: LoadMaxResult): readonly string[] {
  return leftOut.length === 0
    ? []
    : wrapText(`Left out: ${leftOut.join(', ')}, which no low rate reaches`, widthColumns);
}

function probeTable({ probes }: LoadMaxResult): string {
  const numbers = ['buyers/s', 'accepted/s', 'refused/s', 'p99 ms', 'lag p99 ms'];
  const rows = probes.map((probe) => [
    probe.purpose,
    count.format(probe.ratePerSecond),
    count.format(probe.acceptedPerSecond),
    count.format(probe.refusalsPerSecond),
    probe.p99Ms.toFixed(1),
    probe.sendLagP99Ms.toFixed(1),
    probe.outcome === 'generator' ? 'unknown' : probe.outcome,
  ]);
  return alignedTable(['run', ...numbers, ''], rows, { right: numbers });
}

function verdictText({ maxPerSecond, limitedBy, bestKeptPerSecond: best }: LoadMaxResult): string {
  if (maxPerSecond !== null) {
    const rate = `${count.format(maxPerSecond)} buyers/s`;
    if (limitedBy === 'thresholds') return `Maximum: ${rate} keep every threshold, confirmed`;
    if (limitedBy === 'range')
      return `At least ${rate}: every threshold holds at the highest rate that was asked for; raise --to`;
    if (limitedBy === 'unknown')
      return `At least ${rate}, confirmed; beyond it the runs told nothing: longer ones (--seconds), or a later hardStopSeconds`;
    return `At least ${rate}, confirmed; beyond it our generator was the bottleneck, not the server: --generators 2, or generate from another machine`;
  }
  const kept = best === null ? '' : `; ${count.format(best)} buyers/s kept the thresholds, unconfirmed`;
  if (limitedBy === 'thresholds') return 'No maximum: not even the lowest rate keeps the thresholds; lower --from';
  if (limitedBy === 'generator') return 'Inconclusive: the generator was the bottleneck at the lowest rate already';
  if (limitedBy === 'unknown')
    return 'Inconclusive: the runs at the lowest rate told nothing; longer ones (--seconds), or a later hardStopSeconds';
  const flag = limitedBy === 'time' ? '--max-seconds' : '--max-requests';
  return `Inconclusive: ${flag} ended the search${kept}`;
}
