import { type HistoryWriter, writeHistory } from '../history/write-history.ts';
import { durationMsOf, planArrivals, plannedRateAt } from './arrival-schedule.ts';
import { concludeLoad } from './conclude-load.ts';
import type { LoadPart } from './load-part.ts';
import type { LoadProgress } from './load-progress.ts';
import type { LoadResult } from './load-result.ts';
import { LoadRun } from './load-run.ts';
import { orderClient } from './order-client.ts';
import type { Scenario } from './scenario.ts';
import { ServerWatch } from './server-watch.ts';

export interface LoadOptions {
  readonly scenario: Scenario;
  /**
   * The server's URL; a function, asked before each request, where it may come back at another one or where there are
   * several. Checked by checkLoadTarget beforehand.
   */
  readonly target: string | (() => string);
  /** The sale that was seeded for this run (seedScenario gives it). */
  readonly saleId: string;
  /** Default: the scenario's. */
  readonly seed?: number;
  /** Stands in front of user ids and keys. Default: one of its own for every run. */
  readonly crowd?: string;
  /** File for the history of every request (NDJSON); none is written where it is left out. */
  readonly history?: string;
  /** Shows the server's own figures where it is not on this machine's loopback. */
  readonly adminToken?: string | undefined;
  /** Aborting ends the run in order: what is under way is counted as aborted, the history is complete. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Default 250. */
  readonly progressEveryMs?: number;
}

const defaultProgressEveryMs = 250;

/**
 * Sends a scenario's crowd at a server, open loop: every buyer comes at a moment that was fixed beforehand, however slow the
 * answers are, and waiting is counted from that moment (no coordinated omission).
 *
 * Answers, errors, drops and lost connections are all in the result. The server may die and come back meanwhile.
 * @throws FluxError `history_unwritable`
 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { scenario, saleId } = options;
  const given = options.target;
  const target = typeof given === 'string' ? () => given : given;
  const seed = options.seed ?? scenario.seed;
  const moments = planArrivals(scenario.arrivals, seed);
  const startedAt = new Date();
  const startTarget = target();
  const history = await openHistory(options.history, startedAt, startTarget, scenario.title, seed);
  const { maxInFlight, requestTimeoutMs } = scenario.limits;
  const client = orderClient({ target, saleId, connections: maxInFlight, requestTimeoutMs });
  const crowd = options.crowd ?? `c${startedAt.getTime().toString(36)}`;
  const run = new LoadRun({ scenario, saleId, seed, crowd, moments, client, history });
  const server = new ServerWatch({
    ...{ target, saleId, adminToken: options.adminToken },
    productIds: scenario.sale.products.map((product) => product.productId),
    elapsedMs: () => run.elapsedMs(),
    planMs: durationMsOf(scenario.arrivals),
  });
  const stopProgress = reportProgress(run, scenario, moments.length, server, options);
  let part: LoadPart;
  try {
    part = await run.finish(options.signal);
  } finally {
    stopProgress();
    await Promise.all([client.stop(), server.stop()]);
    await history?.close();
  }
  return concludeLoad([part], {
    ...{ scenario, seed, target: startTarget, saleId, startedAt: startedAt.toISOString(), moments },
    history: history?.path ?? null,
    stock: server.stock,
    server: server.server,
    serverVersion: server.serverVersion,
    lost: [],
  });
}

async function openHistory(
  path: string | undefined,
  startedAt: Date,
  target: string,
  scenario: string,
  seed: number,
): Promise<HistoryWriter | null> {
  if (path === undefined) return null;
  return writeHistory(path, { startedAt: startedAt.toISOString(), target, scenario, seed });
}

/** Tells where the run stands, now, a few times a second and at the end. */
function reportProgress(
  run: LoadRun,
  scenario: Scenario,
  plannedArrivals: number,
  server: ServerWatch,
  { onProgress, progressEveryMs }: LoadOptions,
): () => void {
  if (onProgress === undefined) return () => {};
  const planMs = durationMsOf(scenario.arrivals);
  const tell = (): void => {
    const { tally } = run;
    const elapsedMs = run.elapsedMs();
    onProgress({
      elapsedMs,
      planMs,
      phase: tally.arrived < plannedArrivals ? 'arriving' : 'finishing',
      plannedArrivals,
      arrived: tally.arrived,
      requests: tally.sent,
      answers: tally.answered,
      inFlight: tally.inFlight,
      retriesWaiting: run.retriesWaiting,
      dropped: tally.dropped,
      late: run.watch.late,
      outcomes: tally.counts(),
      window: tally.takeWindow(elapsedMs),
      targetArrivalsPerSecond: plannedRateAt(scenario.arrivals, elapsedMs),
      latencyMs: tally.latency().summary(),
      stock: server.latestStock,
    });
  };
  const timer = setInterval(tell, progressEveryMs ?? defaultProgressEveryMs);
  return () => {
    clearInterval(timer);
    tell();
  };
}
