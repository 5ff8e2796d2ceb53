import { createHash } from 'node:crypto';
import { thisMachine } from '../bench/bench-machine.ts';
import type { HistoryOutcome } from '../history/history-entry.ts';
import { durationMsOf } from './arrival-schedule.ts';
import { fairnessOf } from './fairness-book.ts';
import { bottlenecks } from './generator-watch.ts';
import { checkThresholds, doubtsAbout, verdictOf } from './judge-load.ts';
import type { LoadPart } from './load-part.ts';
import type { LoadResult, LoadSlice, ServerSample, StockSample } from './load-result.ts';
import { isThisMachine } from './load-target.ts';
import { definiteOutcomes, errorOutcomes, refusalOutcomes } from './outcome-of-answer.ts';
import type { Scenario } from './scenario.ts';
import { sliceMsOf } from './slice-book.ts';
import { sumBehaviours, sumCalls, sumErrors, sumGenerator, sumOutcomes, sumSlices, total, worst } from './sum-parts.ts';

/** What is known of a run beside what its generators counted. */
export interface RunFacts {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly target: string;
  readonly saleId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Of every arrival, of all generators, in milliseconds from the start. */
  readonly moments: Float64Array;
  readonly history: string | null;
  readonly stock: readonly StockSample[];
  readonly server: readonly ServerSample[];
  readonly serverVersion: string | null;
  /** Generators that ended before they brought their part, a sentence each. */
  readonly lost: readonly string[];
}

/** Adds the parts of a run up and judges it. */
export function concludeLoad(parts: readonly LoadPart[], facts: RunFacts): LoadResult {
  const { scenario, moments, lost } = facts;
  const planMs = durationMsOf(scenario.arrivals);
  const durationMs = worst(parts, (part) => part.lastAnswerMs);
  const ended = endOf(parts);
  const { all, outcomes } = sumOutcomes(parts);
  const answersOf = (wanted: ReadonlySet<HistoryOutcome>): number =>
    [...wanted].reduce((sum, outcome) => sum + (outcomes[outcome]?.latencyMs.n ?? 0), 0);
  const perSecond = (n: number): number => (n / Math.max(1, durationMs)) * 1_000;
  const dropped = total(parts, (part) => part.dropped);
  const answered = all.latencyMs.n;
  const calls = sumCalls(parts);
  const sent = answered + total(Object.values(calls), ({ n }) => n);
  const failed = answersOf(errorOutcomes) + total(Object.values(calls), (each) => each.failed);
  const errorRate = partOf(failed + dropped, sent + dropped);
  // a call has its time from the moment it was due: what waited for a connection had less of it, or none
  const waited = total(parts, ({ waitForConnection }) => waitForConnection.lateFailed);
  const rates = { errorRate, errorRateOfSent: partOf(failed - waited, sent - waited) };
  const fairness = fairnessOf(parts.map((part) => part.fairness));
  const goodputPerSecond = perSecond(answersOf(new Set(['accepted'])));
  const thresholds = checkThresholds(scenario.thresholds, { ...rates, goodputPerSecond, dropped, outcomes, fairness });
  const bottleneck = bottlenecksOf(parts);
  const definiteAnswers = answersOf(definiteOutcomes);
  const doubts = [...lost, ...bottleneck, ...doubtsAbout({ ended, definiteAnswers })];
  return {
    ...aboutRun(facts),
    durationMs,
    planMs,
    ended,
    arrivals: arrivalsOf(parts, moments.length, planMs),
    requests: {
      sent: total(parts, (part) => part.sent),
      answered,
      retries: total(parts, (part) => part.retries),
      givenUp: total(parts, (part) => part.givenUp),
      dropped,
      late: total(parts, (part) => part.late),
      errorRate,
      goodputPerSecond,
      refusalsPerSecond: perSecond(answersOf(refusalOutcomes)),
    },
    all,
    outcomes,
    behaviours: sumBehaviours(parts),
    calls,
    fairness,
    errors: sumErrors(parts),
    slices: slicesOf(parts, moments, sliceMsOf(planMs)),
    stock: [...facts.stock],
    server: [...facts.server],
    generator: { ...sumGenerator(parts), died: lost.length, bottleneck },
    thresholds,
    doubts,
    // whoever interrupts a run makes errors of what was under way
    verdict: ended === 'interrupted' ? 'inconclusive' : verdictOf(thresholds, doubts),
    history: facts.history,
  };
}

function aboutRun({ scenario, seed, target, saleId, startedAt, serverVersion }: RunFacts) {
  return {
    format: 'fluxgate-load',
    version: 2,
    title: scenario.title,
    why: scenario.why,
    scenarioDigest: digestOf(scenario),
    ...{ seed, target, saleId, startedAt, serverVersion },
    sharedMachine: isThisMachine(target),
    machine: thisMachine(),
  } as const;
}

/** What a run did, but for its seed and the sale's id, which differ between runs that are to be compared. */
function digestOf({ seed: _seed, sale, ...rest }: Scenario): string {
  const plan = { ...rest, sale: { ...sale, saleId: null } };
  const text = JSON.stringify(plan, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  return createHash('sha256').update(text).digest('hex');
}

function partOf(some: number, all: number): number {
  return all === 0 ? 0 : some / all;
}

function endOf(parts: readonly LoadPart[]): LoadResult['ended'] {
  if (parts.some((part) => part.ended === 'interrupted')) return 'interrupted';
  return parts.some((part) => part.ended === 'hard_stop') ? 'hard_stop' : 'completed';
}

function arrivalsOf(parts: readonly LoadPart[], planned: number, planMs: number): LoadResult['arrivals'] {
  const arrived = total(parts, (part) => part.arrived);
  const lastMs = worst(parts, (part) => part.lastArrivalMs);
  // a run that was cut short is not held against the whole plan
  const arrivedInMs = Math.max(1, lastMs, arrived < planned ? 0 : planMs);
  return {
    planned,
    arrived,
    targetPerSecond: (planned / planMs) * 1_000,
    achievedPerSecond: (arrived / arrivedInMs) * 1_000,
  };
}

function slicesOf(parts: readonly LoadPart[], moments: Float64Array, everyMs: number): LoadResult['slices'] {
  const planned: number[] = [];
  for (const moment of moments) {
    const index = Math.floor(moment / everyMs);
    planned[index] = (planned[index] ?? 0) + 1;
  }
  const list: LoadSlice[] = sumSlices(parts).map((slice, n) => ({ planned: planned[n] ?? 0, ...slice }));
  return { everyMs, list };
}

/** Each process is judged by itself: one that fell behind is not hidden by three that did not. */
function bottlenecksOf(parts: readonly LoadPart[]): string[] {
  return parts.flatMap(({ sent, late, waitForConnection, eventLoopDelayMs, busy }, n) => {
    const found = bottlenecks({ sent, late, waitForConnection, eventLoopDelayP99Ms: eventLoopDelayMs.p99, busy });
    return parts.length === 1 ? found : found.map((doubt) => `generator ${n + 1} of ${parts.length}: ${doubt}`);
  });
}
