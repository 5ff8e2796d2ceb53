import { FluxError } from '../../engine/domain/flux-error.ts';
import type { LoadResult } from '../load/load-result.ts';
import { runLoad } from '../load/run-load.ts';
import type { Scenario } from '../load/scenario.ts';
import { type BenchChild, startBareRoute } from './bench-children.ts';
import { median } from './bench-figures.ts';
import { checkFloors, loadFloors } from './bench-floors.ts';
import type { LoadBenchFigures, LoadBenchResult, LoadBenchRound, OpenLoopMeasure } from './bench-load-result.ts';
import { thisMachine } from './bench-machine.ts';
import { closedLoop } from './closed-loop.ts';
import { watchForeignCpu } from './foreign-cpu.ts';
import { orderRequests } from './order-request.ts';
import { cpuSecondsOfTree } from './process-cpu.ts';

export interface LoadBenchOptions {
  /** Of the closed loop; the open one opens as many as it needs. */
  readonly connections: number;
  /** Of each measurement; a round has three. */
  readonly seconds: number;
  readonly signal?: AbortSignal;
  /** Called before each measurement with what is measured next, and where we are. */
  readonly onProgress?: (what: string, done: number, of: number) => void;
}

/** A little above the promised 25,000: chance deals arrivals out, and the last of a run may miss its end. */
const fullPerSecond = 25_500;
/** Odd, so that the median is a measurement; more take longer than anybody waits. */
const rounds = 3;
const steps = 3;
/** Every path is compiled and connections are open; not measured. */
const warmUpSeconds = 1;
/** Enough for 100 ms of the full rate: a slower route is the bottleneck, and says so by drops. */
const maxInFlight = 2_500;

interface Bench {
  readonly options: LoadBenchOptions;
  readonly bare: BenchChild;
  nextCrowd: number;
}

/**
 * Measures the load generator itself, in one process, against the bare route on the same machine: the promised rate in open
 * loop, the send lag at half of it, and beside them what the same route answers to a closed loop.
 * @throws FluxError `interrupted` where the signal aborts, `fault` where the route does not start
 */
export async function benchLoad(options: LoadBenchOptions): Promise<LoadBenchResult> {
  const startedAt = new Date().toISOString();
  const bench: Bench = { options, bare: await startBareRoute(), nextCrowd: 0 };
  try {
    tell(bench, 'warming up', 0);
    await openLoop(bench, fullPerSecond / 2, warmUpSeconds);
    const foreignDoubts = await watchForeignCpu(() => cpuSecondsOfTree(bench.bare.pid));
    const measured: LoadBenchRound[] = [];
    for (let round = 0; round < rounds; round += 1) measured.push(await measureRound(bench, round));
    const doubts = [...(await foreignDoubts()), ...measured.flatMap(doubtsAbout)];
    const figures = loadFigures(measured);
    return {
      format: 'fluxgate-bench-load',
      version: 1,
      startedAt,
      machine: thisMachine(),
      connections: options.connections,
      seconds: options.seconds,
      rounds: measured,
      figures,
      floors: checkFloors(figures, loadFloors),
      doubts,
    };
  } finally {
    await bench.bare.stop();
  }
}

async function measureRound(bench: Bench, round: number): Promise<LoadBenchRound> {
  const { seconds } = bench.options;
  tell(bench, 'closed loop', round * steps);
  const closed = await askClosed(bench);
  tell(bench, 'half the rate', round * steps + 1);
  const half = await openLoop(bench, fullPerSecond / 2, seconds);
  tell(bench, 'the full rate', round * steps + 2);
  const full = await openLoop(bench, fullPerSecond, seconds);
  return { closed, half, full };
}

async function askClosed(bench: Bench): Promise<LoadBenchRound['closed']> {
  const { connections, seconds, signal } = bench.options;
  const { host, hostname, port } = new URL(bench.bare.url);
  const request = orderRequests({ host, crowd: `c${bench.nextCrowd++}`, saleId: 'bench', productId: 'plenty' });
  const asked = { host: hostname, port: Number(port), connections, seconds, request };
  const result = await closedLoop(signal === undefined ? asked : { ...asked, signal });
  return { perSecond: result.answersPerSecond, latencyMs: result.latencyMs, busy: result.generatorBusy };
}

async function openLoop(bench: Bench, targetPerSecond: number, seconds: number): Promise<OpenLoopMeasure> {
  const { signal } = bench.options;
  const result = await runLoad({
    scenario: scenarioAt(targetPerSecond, seconds),
    target: bench.bare.url,
    saleId: 'bench',
    crowd: `o${bench.nextCrowd++}`,
    ...(signal === undefined ? {} : { signal }),
  });
  if (signal?.aborted) throw new FluxError('interrupted', 'the bench was interrupted');
  return measureOf(result, targetPerSecond);
}

function scenarioAt(ratePerSecond: number, forSeconds: number): Scenario {
  const price = { minor: 100n, currency: 'EUR' };
  return {
    title: 'the generator itself',
    why: '',
    seed: 1,
    sale: {
      saleId: 'bench',
      products: [{ productId: 'plenty', quantity: 1, limitPerUser: null, price }],
      admissionRate: null,
      confirmation: 'on_record',
    },
    arrivals: [{ kind: 'constant', ratePerSecond, forSeconds }],
    buyers: { count: 10_000_000, behaviours: { plain: 1 } },
    thresholds: { maxErrorRate: null, p99Ms: {}, minGoodputPerSecond: null },
    limits: { maxInFlight, hardStopSeconds: forSeconds + 15, requestTimeoutMs: 10_000 },
  };
}

function measureOf(result: LoadResult, targetPerSecond: number): OpenLoopMeasure {
  const { requests, generator, all, outcomes, planMs, durationMs } = result;
  const accepted = outcomes.accepted?.latencyMs.n ?? 0;
  // whoever answers after the end was asked too fast
  const seconds = Math.max(planMs, durationMs) / 1_000;
  return {
    targetPerSecond,
    reachedPerSecond: Math.max(0, accepted - requests.late) / seconds,
    sendLagMs: generator.sendLagMs,
    latencyMs: all.latencyMs,
    dropped: requests.dropped,
    late: requests.late,
    others: requests.answered - accepted,
    cpuMicrosPerRequest: (generator.cpuCores * planMs * 1_000) / Math.max(1, requests.sent),
    busy: generator.busy,
  };
}

/** Medians over the rounds; the ratio is taken within a round, between neighbours in time. */
export function loadFigures(measured: readonly LoadBenchRound[]): LoadBenchFigures {
  const over = (of: (round: LoadBenchRound) => number): number => median(measured.map(of));
  return {
    barePerSecond: over(({ closed }) => closed.perSecond),
    reachedPerSecond: over(({ full }) => full.reachedPerSecond),
    reachedToBare: over(({ full, closed }) => full.reachedPerSecond / closed.perSecond),
    halfSendLagP50Ms: over(({ half }) => half.sendLagMs.p50),
    halfSendLagP99Ms: over(({ half }) => half.sendLagMs.p99),
    fullSendLagP50Ms: over(({ full }) => full.sendLagMs.p50),
    fullSendLagP99Ms: over(({ full }) => full.sendLagMs.p99),
    cpuMicrosPerRequest: over(({ full }) => full.cpuMicrosPerRequest),
  };
}

/** A route that cannot answer the rate makes a generator that looks slow. */
function doubtsAbout({ closed, full, half }: LoadBenchRound, n: number): string[] {
  const doubts: string[] = [];
  if (closed.perSecond < fullPerSecond)
    doubts.push(`round ${n + 1}: the bare route answers only ${Math.round(closed.perSecond)}/s here`);
  for (const { others, targetPerSecond } of [half, full])
    if (others > 0) doubts.push(`round ${n + 1}: ${others} requests at ${targetPerSecond}/s got no proper answer`);
  return doubts;
}

function tell({ options }: Bench, what: string, done: number): void {
  if (options.signal?.aborted) throw new FluxError('interrupted', 'the bench was interrupted');
  options.onProgress?.(what, done, rounds * steps);
}
