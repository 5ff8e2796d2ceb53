import { alignedTable } from '../command/aligned-table.ts';
import { historyOutcomes } from '../history/history-entry.ts';
import type { LoadProgress } from './load-progress.ts';
import type { LoadResult, OutcomeReport } from './load-result.ts';

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** What a person reads after a run. Latencies in milliseconds. */
export function loadText(result: LoadResult): string {
  return [
    `${result.title}: ${count.format(result.arrivals.arrived)} of ${count.format(result.arrivals.planned)} buyers, sale ${result.saleId}, seed ${result.seed}`,
    '',
    outcomeTable(result),
    '',
    ...factLines(result),
    ...thresholdLines(result),
    '',
    `Verdict: ${result.verdict}`,
    ...result.doubts.map((doubt) => `  ${doubt}`),
    ...moreGenerators(result),
  ].join('\n');
}

/** A generator that fell behind is helped by another one, where the machine has a core for it. */
function moreGenerators({ generator: { bottleneck, processes }, machine }: LoadResult): string[] {
  if (bottleneck.length === 0) return [];
  return processes.length < machine.cores
    ? [`  next: the same with --generators ${processes.length + 1}`]
    : ['  next: a lower rate, or generate from a machine that the server does not share'];
}

function outcomeTable({ all, outcomes }: LoadResult): string {
  const row = (name: string, { latencyMs, serviceMs }: OutcomeReport): string[] => [
    name,
    count.format(latencyMs.n),
    msText(latencyMs.p50),
    msText(latencyMs.p99),
    msText(latencyMs.max),
    msText(serviceMs.p99),
  ];
  const rows = historyOutcomes.flatMap((name) => {
    const report = outcomes[name];
    return report === undefined ? [] : [row(name, report)];
  });
  const numbers = ['n', 'p50', 'p99', 'max', 'wire p99'];
  return alignedTable(['outcome', ...numbers], [...rows, row('all', all)], { right: numbers });
}

function factLines(result: LoadResult): string[] {
  const { arrivals, requests, generator, sharedMachine, errors, history } = result;
  const { sendLagMs, eventLoopDelayMs, cpuCores, processes } = generator;
  return [
    'Milliseconds from the scheduled moment; wire p99 from the request on the wire.',
    `Rate:      ${count.format(arrivals.achievedPerSecond)} of ${count.format(arrivals.targetPerSecond)} buyers/s, accepted ${count.format(requests.goodputPerSecond)}/s, refused ${count.format(requests.refusalsPerSecond)}/s`,
    `Requests:  ${count.format(requests.sent)} sent (${count.format(requests.retries)} retries), ${count.format(requests.dropped)} dropped, ${count.format(requests.late)} late, ${count.format(requests.givenUp)} given up`,
    ...callLines(result),
    ...fairnessLines(result),
    `Errors:    ${percentText(requests.errorRate)}`,
    ...errors.slice(0, 5).map(({ error, n }) => `           ${count.format(n)} x ${error}`),
    `Generator: ${processes.length === 1 ? '' : `${processes.length} processes, `}send lag p99 ${msText(sendLagMs.p99)} ms, event loop p99 ${msText(eventLoopDelayMs.p99)} ms, ${cpuCores.toFixed(2)} cores`,
    ...(sharedMachine ? ['           client and server share this machine'] : []),
    ...(history === null ? [] : [`History:   ${history}`]),
  ];
}

/** What buyers asked besides orders; nothing where nobody did. */
function callLines({ calls }: LoadResult): string[] {
  return Object.entries(calls).map(([kind, { n, failed, latencyMs }], line) => {
    const bad = failed === 0 ? '' : `, ${count.format(failed)} failed`;
    return `${line === 0 ? 'Asked:     ' : '           '}${count.format(n)} x ${kind}${bad}, p99 ${msText(latencyMs.p99)} ms`;
  });
}

function fairnessLines({ fairness, behaviours }: LoadResult): string[] {
  const { firstCome, botShare } = fairness;
  const parts = [
    ...(firstCome === null ? [] : [`the winner had come first in ${percentText(firstCome)} of pairs`]),
    ...(botShare === null || behaviours.bot === undefined ? [] : [`bots got ${percentText(botShare)} of the units`]),
  ];
  return parts.length === 0 ? [] : [`Fairness:  ${parts.join('; ')}`];
}

function thresholdLines({ thresholds }: LoadResult): string[] {
  if (thresholds.length === 0) return [];
  const rows = thresholds.map(({ name, limit, actual, ok }) => [
    name,
    numberText(limit),
    actual === null ? 'none came' : numberText(actual),
    ok ? 'ok' : actual === null ? 'unknown' : 'FAILED',
  ]);
  return ['', alignedTable(['threshold', 'limit', 'actual', ''], rows, { right: ['limit', 'actual'] })];
}

/** One line for a run that goes on: how far, how fast, how long still. */
export function progressText(progress: LoadProgress): string {
  const { arrived, plannedArrivals, window, elapsedMs, planMs, outcomes, phase, inFlight, retriesWaiting } = progress;
  const parts = [
    `${Math.floor((arrived / Math.max(1, plannedArrivals)) * 100)} %`,
    `${count.format(window.requestsPerSecond)} req/s`,
    `accepted ${count.format(outcomes.accepted ?? 0)}`,
    `p99 ${window.p99Ms === null ? '-' : msText(window.p99Ms)} ms`,
  ];
  if (progress.dropped > 0) parts.push(`dropped ${count.format(progress.dropped)}`);
  if (phase === 'arriving') parts.push(`${Math.ceil(Math.max(0, planMs - elapsedMs) / 1_000)} s left`);
  else parts.push(`waiting for ${count.format(inFlight + retriesWaiting)} answers`);
  return parts.join(', ');
}

/** Whole milliseconds from 100 on, else one decimal. */
function msText(ms: number): string {
  return ms >= 100 ? count.format(ms) : ms.toFixed(1);
}

function percentText(part: number): string {
  return `${(part * 100).toFixed(part > 0 && part < 0.001 ? 4 : 2)} %`;
}

function numberText(value: number): string {
  return Number.isInteger(value) ? count.format(value) : String(Number(value.toPrecision(4)));
}
