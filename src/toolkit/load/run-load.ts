import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { mergeHistories } from '../history/merge-histories.ts';
import { durationMsOf, planArrivals } from './arrival-schedule.ts';
import { concludeLoad } from './conclude-load.ts';
import { type GeneratorTask, readyGenerator } from './generate-load.ts';
import { type FleetResult, GeneratorFleet } from './generator-fleet.ts';
import { type GeneratorProgress, generatorProgress, sumProgress } from './generator-progress.ts';
import type { LoadProgress } from './load-progress.ts';
import type { LoadResult } from './load-result.ts';
import type { Scenario } from './scenario.ts';
import { ServerWatch } from './server-watch.ts';

export interface LoadOptions {
  readonly scenario: Scenario;
  /**
   * The server's URL; a function, asked before each request, where it may come back at another one or where there are
   * several. Checked by checkLoadTarget beforehand. Several generators ask it once, at the start.
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
  /** Generating processes. Default 1: this one. */
  readonly generators?: number;
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
  const { scenario, saleId, target: given } = options;
  const target = typeof given === 'string' ? () => given : given;
  const seed = options.seed ?? scenario.seed;
  const moments = planArrivals(scenario.arrivals, seed);
  const planMs = durationMsOf(scenario.arrivals);
  const startTarget = target();
  let startedAt = new Date();
  let startAtNs: bigint | null = null;
  const elapsedMs = (): number => (startAtNs === null ? 0 : Number(process.hrtime.bigint() - startAtNs) / 1e6);
  const run = startGenerators(options, {
    ...{ scenario, saleId, seed, target: startTarget },
    crowd: options.crowd ?? `c${startedAt.getTime().toString(36)}`,
  });
  const server = new ServerWatch({
    ...{ target, saleId, adminToken: options.adminToken, elapsedMs, planMs },
    productIds: scenario.sale.products.map((product) => product.productId),
  });
  const onStart = (atNs: bigint): void => {
    startAtNs = atNs;
    startedAt = new Date(Date.now() - elapsedMs());
  };
  const stopProgress = reportProgress(options, () =>
    sumProgress(run.progress(), {
      ...{ scenario, planMs, plannedArrivals: moments.length, elapsedMs: Math.max(0, elapsedMs()) },
      stock: server.latestStock,
    }),
  );
  const about = () => ({ seed, target: startTarget, startedAt: startedAt.toISOString() });
  let result: FleetResult;
  try {
    result = await run.finish(target, onStart);
  } catch (error) {
    await run.clearHistories(startAtNs === null ? null : { ...about(), scenario: scenario.title });
    throw error;
  } finally {
    stopProgress();
    await server.stop();
  }
  await run.mergeHistories({ ...about(), scenario: scenario.title });
  return concludeLoad(result.parts, {
    ...about(),
    ...{ scenario, saleId, moments, lost: result.lost },
    history: options.history ?? null,
    stock: server.stock,
    server: server.server,
    serverVersion: server.serverVersion,
  });
}

/** The generators of a run: this process, or several. */
interface Generators {
  progress(): readonly GeneratorProgress[];
  finish(target: () => string, onStart: (startAtNs: bigint) => void): Promise<FleetResult>;
  mergeHistories(about: AboutHistory): Promise<void>;
  /** After a failure: leaves one history of what was sent, and nothing where nobody was (null). Never throws. */
  clearHistories(about: AboutHistory | null): Promise<void>;
}

type AboutHistory = Parameters<typeof mergeHistories>[2];

function startGenerators(options: LoadOptions, task: Omit<GeneratorTask, 'share' | 'history'>): Generators {
  const { signal, history = null, generators = 1 } = options;
  return generators === 1
    ? thisProcess({ ...task, share: { index: 0, of: 1 }, history }, signal)
    : severalProcesses(options, task, generators);
}

function thisProcess(task: GeneratorTask, signal: AbortSignal | undefined): Generators {
  let progress: () => readonly GeneratorProgress[] = () => [];
  return {
    progress: () => progress(),
    async finish(target, onStart) {
      const { run, finish } = await readyGenerator(task, target);
      progress = () => [generatorProgress(run)];
      const startAtNs = process.hrtime.bigint();
      onStart(startAtNs);
      return { parts: [await finish(signal, startAtNs)], lost: [] };
    },
    async mergeHistories() {},
    async clearHistories() {},
  };
}

function severalProcesses(
  { signal, history, progressEveryMs = defaultProgressEveryMs }: LoadOptions,
  task: Omit<GeneratorTask, 'share' | 'history'>,
  of: number,
): Generators {
  const partOf = (index: number): string | null => (history === undefined ? null : `${history}.part-${index + 1}`);
  const tasks = Array.from({ length: of }, (_, index) => ({
    ...task,
    share: { index, of },
    history: partOf(index),
  }));
  const parts = tasks.flatMap((each) => each.history ?? []);
  let fleet: GeneratorFleet | null = null;
  return {
    progress: () => fleet?.progress ?? [],
    finish(_target, onStart) {
      fleet = new GeneratorFleet({ tasks, progressEveryMs, signal, onStart });
      return fleet.finish();
    },
    async mergeHistories(about) {
      if (history !== undefined) await mergeHistories(history, parts, about);
    },
    async clearHistories(about) {
      if (history !== undefined) await clearParts(history, parts, about);
    },
  };
}

/** Where they cannot be merged the parts stay: they are all that is known of what buyers heard. */
async function clearParts(history: string, parts: readonly string[], about: AboutHistory | null): Promise<void> {
  const written = parts.filter((part) => statSync(part, { throwIfNoEntry: false })?.isFile());
  const merged = about === null ? Promise.resolve() : mergeHistories(history, written, about);
  // whatever fails here, the failure of the run is what is told
  await merged.then(
    () => Promise.allSettled(parts.map((part) => rm(part, { force: true }))),
    () => {},
  );
}

/** Tells where the run stands, a few times a second and at the end. */
function reportProgress({ onProgress, progressEveryMs }: LoadOptions, now: () => LoadProgress): () => void {
  if (onProgress === undefined) return () => {};
  const tell = (): void => onProgress(now());
  const timer = setInterval(tell, progressEveryMs ?? defaultProgressEveryMs);
  return () => {
    clearInterval(timer);
    tell();
  };
}
