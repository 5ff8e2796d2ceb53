import { FluxError } from '../../engine/domain/flux-error.ts';
import { durationMsOf, plannedArrivalsLimit } from './arrival-schedule.ts';
import { type ClosedLoopMax, closedLoopMax } from './closed-loop-max.ts';
import { droppedRequests } from './judge-load.ts';
import type { LoadResult } from './load-result.ts';
import type { runLoad } from './run-load.ts';
import type { Scenario } from './scenario.ts';
import { bestKept, nextStep, type RateLimit, type RateProbe } from './search-max-rate.ts';

export interface LoadMaxOptions {
  readonly scenario: Scenario;
  readonly target: string;
  readonly adminToken: string | undefined;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  /** Of each run that searches; one that confirms is twice as long. */
  readonly seconds: number;
  /** Of the closed loop. */
  readonly connections: number;
  readonly generators: number;
  readonly maxSeconds: number;
  readonly maxRequests: number;
  readonly signal: AbortSignal;
  /** Makes a sale with all its stock for one run, and undoes it afterwards. */
  readonly withSale: <Value>(use: (saleId: string) => Promise<Value>) => Promise<Value>;
  /** Does one run; the tests have one that needs no quiet machine. */
  readonly run: typeof runLoad;
  /** Called before each run. */
  readonly onProgress: (what: string) => void;
}

export interface MaxProbe extends RateProbe {
  /** Which thresholds were missed, or why nobody knows. */
  readonly why: readonly string[];
  readonly acceptedPerSecond: number;
  readonly refusalsPerSecond: number;
  readonly p99Ms: number;
  readonly sendLagP99Ms: number;
}

/** What `load max --json` prints. */
export interface LoadMaxResult {
  readonly format: 'fluxgate-load-max';
  readonly version: 1;
  readonly title: string;
  readonly target: string;
  readonly sharedMachine: boolean;
  /** Buyers a second, open loop; null where not even the lowest rate was kept, or nothing was confirmed in time. */
  readonly maxPerSecond: number | null;
  readonly limitedBy: RateLimit | 'time' | 'requests';
  /** The best rate that was kept; confirmed or not. */
  readonly bestKeptPerSecond: number | null;
  /** Thresholds of the scenario that say nothing about a rate. */
  readonly leftOut: readonly string[];
  readonly closedLoop: ClosedLoopMax;
  readonly probes: readonly MaxProbe[];
  readonly requests: number;
  readonly tookSeconds: number;
}

/** Three runs in a row do not keep a threshold by luck alone. */
const confirmations = 3;
/** A run that confirms is as many times longer than one that searches. */
const confirmTimes = 2;

/**
 * Finds the highest constant rate at which the scenario's thresholds hold, open loop: a search, then confirmation. Bounded in
 * time and requests; each run has a fresh sale.
 * @throws FluxError `usage` where the scenario has no thresholds that a rate keeps, or the plans are too large, `interrupted`
 */
export async function loadMax(options: LoadMaxOptions): Promise<LoadMaxResult> {
  const { scenario, target, maxRequests, maxSeconds, onProgress, signal } = options;
  refuseWithoutThresholds(scenario);
  const toPerSecond = highestRate(options);
  const graceSeconds = graceSecondsOf(scenario);
  const startedAt = performance.now();
  const spentSeconds = (): number => (performance.now() - startedAt) / 1_000;
  onProgress(`closed loop, ${options.connections} connections, ${options.seconds} s`);
  const closedLoop = await options.withSale((saleId) =>
    closedLoopMax({
      ...options,
      saleId,
      crowd: `m${Date.now().toString(36)}`,
      seconds: Math.min(options.seconds, maxSeconds / 2),
      maxRequests: Math.ceil(maxRequests / 2),
    }),
  );
  let requests = closedLoop.requests;
  let sharedMachine = false;
  const probes: MaxProbe[] = [];
  const done = (maxPerSecond: number | null, limitedBy: LoadMaxResult['limitedBy']): LoadMaxResult => ({
    format: 'fluxgate-load-max',
    version: 1,
    ...{ title: scenario.title, target, sharedMachine, maxPerSecond, limitedBy, closedLoop, probes, requests },
    bestKeptPerSecond: bestKept(probes),
    leftOut: scenario.thresholds.minGoodputPerSecond === null ? [] : ['goodput (accepted/s)'],
    tookSeconds: spentSeconds(),
  });
  for (;;) {
    if (signal.aborted) throw new FluxError('interrupted', 'the search was interrupted');
    const step = nextStep(probes, { ...options, toPerSecond, confirmations });
    if (step.kind === 'found') return done(step.ratePerSecond, step.limitedBy);
    if (step.kind === 'none') return done(null, step.limitedBy);
    const { ratePerSecond, purpose } = step;
    const seconds = options.seconds * (purpose === 'confirm' ? confirmTimes : 1);
    if (requests + ratePerSecond * seconds > maxRequests) return done(null, 'requests');
    const leftSeconds = maxSeconds - spentSeconds();
    if (seconds > leftSeconds) return done(null, 'time');
    onProgress(`${purpose} ${ratePerSecond}/s, ${seconds} s, ${Math.ceil(leftSeconds)} s left at most`);
    const hardStopSeconds = Math.min(seconds + graceSeconds, leftSeconds);
    const result = await runOnce(options, { ratePerSecond, seconds, hardStopSeconds }, probes.length);
    ({ sharedMachine } = result);
    requests += result.requests.sent;
    // what our own end cut off is no fault of the rate
    if (result.ended === 'hard_stop' && hardStopSeconds === leftSeconds) return done(null, 'time');
    probes.push({ ratePerSecond, purpose, ...judgeProbe(result) });
  }
}

/** Goodput does not count: a low rate misses it, however well the server does. */
function refuseWithoutThresholds({ thresholds }: Scenario): void {
  const { maxErrorRate, minGoodputPerSecond, p50Ms, p99Ms, maxMs, fairness } = thresholds;
  const byName = [p50Ms, p99Ms, maxMs, fairness].flatMap((limits) => Object.values(limits ?? {}));
  if ([maxErrorRate, ...byName].some((limit) => typeof limit === 'number')) return;
  const why =
    minGoodputPerSecond === null
      ? 'the scenario has no thresholds, so every rate keeps them'
      : 'the scenario has no threshold but its goodput, which a low rate misses however well the server does';
  throw new FluxError('usage', why, {
    hint: 'give it some: thresholds: { maxErrorRate: 0.001, p99Ms: { accepted: 250 } }',
  });
}

/** A plan has to fit into memory, that of a run that confirms, too. */
function highestRate({ fromPerSecond, toPerSecond, seconds, onProgress }: LoadMaxOptions): number {
  const most = Math.floor(plannedArrivalsLimit / (seconds * confirmTimes));
  if (most < fromPerSecond)
    throw new FluxError(
      'usage',
      `${fromPerSecond} buyers a second for ${seconds * confirmTimes} s are too many to plan`,
      {
        hint: `a run plans ${plannedArrivalsLimit} buyers at most: lower --seconds or --from`,
      },
    );
  if (most < toPerSecond) onProgress(`up to ${most}/s only: a run plans ${plannedArrivalsLimit} buyers at most`);
  return Math.min(most, toPerSecond);
}

/** How long the scenario waits after its last arrival: whoever retries, cancels or is slow acts later than that. */
function graceSecondsOf({ arrivals, limits }: Scenario): number {
  return Math.max(0, limits.hardStopSeconds - durationMsOf(arrivals) / 1_000);
}

function runOnce(
  options: LoadMaxOptions,
  plan: { readonly ratePerSecond: number; readonly seconds: number; readonly hardStopSeconds: number },
  nth: number,
): Promise<LoadResult> {
  const { ratePerSecond, seconds, hardStopSeconds } = plan;
  const { scenario, target, adminToken, generators, signal, withSale, run } = options;
  const probed: Scenario = {
    ...scenario,
    arrivals: [{ kind: 'constant', ratePerSecond, forSeconds: seconds }],
    thresholds: { ...scenario.thresholds, minGoodputPerSecond: null },
    limits: { ...scenario.limits, hardStopSeconds },
  };
  return withSale((saleId) =>
    run({ ...{ scenario: probed, target, saleId, adminToken, generators, signal }, seed: (scenario.seed + nth) >>> 0 }),
  );
}

export function judgeProbe(result: LoadResult): Omit<MaxProbe, 'ratePerSecond' | 'purpose'> {
  const { requests, generator, all } = result;
  return {
    ...outcomeOf(result),
    acceptedPerSecond: requests.goodputPerSecond,
    refusalsPerSecond: requests.refusalsPerSecond,
    p99Ms: all.latencyMs.p99,
    sendLagP99Ms: generator.sendLagMs.p99,
  };
}

/** A threshold on answers that never came says nothing about the rate, so that one at least has to be measured. */
function outcomeOf({ generator, thresholds, doubts, ended }: LoadResult): Pick<MaxProbe, 'outcome' | 'why'> {
  if (generator.bottleneck.length > 0 || generator.died > 0) return { outcome: 'generator', why: doubts };
  const missed = thresholds.filter(({ ok, actual }) => !ok && actual !== null);
  if (missed.length > 0) return { outcome: 'failed', why: missed.map(missedText) };
  if (ended !== 'completed') return { outcome: 'unknown', why: doubts };
  if (doubts.length > 0) return { outcome: 'failed', why: doubts };
  const asked = thresholds.filter(({ name }) => name !== droppedRequests);
  if (asked.some(({ actual }) => actual !== null)) return { outcome: 'kept', why: [] };
  return { outcome: 'unknown', why: [`no threshold was measured (${asked.map(({ name }) => name).join(', ')})`] };
}

function missedText({ name, limit, actual }: LoadResult['thresholds'][number]): string {
  return `${name}: ${Number((actual ?? 0).toPrecision(3))}, limit ${limit}`;
}
