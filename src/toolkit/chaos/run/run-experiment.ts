import { FluxError } from '../../../engine/domain/flux-error.ts';
import { openAdminClient } from '../../admin-client/admin-client.ts';
import type { LoadResult } from '../../load/load-result.ts';
import { runLoad } from '../../load/run-load.ts';
import { closeOwnSale, seedScenario } from '../../load/seed-scenario.ts';
import { chanceAt } from '../../load/seeded-chance.ts';
import type { VerifyReport } from '../../verify/report-schema.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { Journal } from '../journal/journal.ts';
import { AnswerWindow } from '../probe/answer-window.ts';
import { deviations, type Sample, steadyAt } from '../probe/steady-state.ts';
import type { ChaosHost } from '../system/chaos-host.ts';
import type { ChaosSystem } from '../system/chaos-system.ts';
import type { RunningSystem } from '../system/running-system.ts';
import { buyersGone } from './buyers-gone.ts';
import { FaultBook } from './fault-book.ts';
import type { ExperimentFacts } from './judge-experiment.ts';
import { runTimeline } from './run-timeline.ts';
import { runVerify } from './run-verify.ts';
import { Sampler } from './sampler.ts';

export interface ExperimentUse {
  readonly experiment: Experiment;
  readonly running: RunningSystem;
  readonly host: ChaosHost;
  readonly journal: Journal;
  /** Where the buyers' history is written. */
  readonly history: string;
  readonly signal: AbortSignal;
}

/** What one experiment brought to light, with everything that was seen. */
export interface ExperimentRun {
  readonly saleId: string;
  readonly facts: ExperimentFacts;
  readonly faults: FaultBook['all'];
  readonly samples: readonly Sample[];
  readonly load: LoadResult;
  readonly verify: VerifyReport;
}

/** A fleet hears of a new sale, and the first answers come. */
const steadyWithinMs = 30_000;
/** Draws from the seed for `any-server` and for faults; another stream than the load's. */
const chanceStream = 11;

/**
 * Runs one experiment: buyers come, the steady state is seen, faults happen and are undone, the steady state comes back, the
 * books are compared. Whatever happens, every fault is undone before this ends.
 * @throws FluxError `interrupted`, `server_unreachable`, `inconclusive`
 */
export async function runExperiment(use: ExperimentUse): Promise<ExperimentRun> {
  const { experiment, running, journal, signal } = use;
  journal.write({ kind: 'phase', phase: 'seed' });
  const server = openAdminClient(running.servers[0]?.url ?? '', undefined);
  try {
    const saleId = await seedScenario(server, experiment.load);
    const { name, seed } = experiment;
    journal.write({ kind: 'experiment_started', name, seed, saleId });
    const run = await sellThrough(use, saleId).finally(() => closeOwnSale(server, experiment.load, saleId));
    if (signal.aborted) throw new FluxError('interrupted', 'the experiment was interrupted and undone');
    journal.write({ kind: 'phase', phase: 'verify' });
    const verify = await runVerify(verifyArgs(use, saleId), running.env, { cwd: running.workDir, signal });
    return { ...run, saleId, verify, facts: { ...run.facts, verify } };
  } finally {
    await server.close();
  }
}

function verifyArgs({ experiment, running, history }: ExperimentUse, saleId: string): readonly string[] {
  const { waitMs, maxRevoked } = experiment.verify;
  const limits = ['--wait', `${waitMs}ms`, '--max-revoked', String(maxRevoked)];
  return [...running.verifyArgs, '--sale', saleId, '--history', history, ...limits];
}

/** Everything while buyers come. */
async function sellThrough(use: ExperimentUse, saleId: string): Promise<Omit<ExperimentRun, 'saleId' | 'verify'>> {
  const { experiment, running, journal, signal } = use;
  const system: ChaosSystem = { ...running, saleId };
  const window = new AnswerWindow();
  const startedMs = performance.now();
  const nowMs = (): number => Math.round(performance.now() - startedMs);
  /** When the steady state was seen: zero of the timeline. Null before. */
  let zeroMs: number | null = null;
  const timelineMs = (): number => nowMs() - (zeroMs ?? 0);
  const stopped = new AbortController();
  const ending = AbortSignal.any([signal, stopped.signal]);
  let aborted: string | null = null;
  const missing: string[] = [];
  const book = bookOf(use, system, timelineMs);
  const sampler = new Sampler({
    experiment,
    system,
    window,
    nowMs,
    onCrossed(what) {
      if (zeroMs === null) return;
      aborted ??= what;
      stopped.abort();
    },
  });
  const leave = new AbortController();
  const buying = buy(use, saleId, window, AbortSignal.any([signal, leave.signal]));
  let buyersEndedMs: number | null = null;
  const onBought = (): void => {
    buyersEndedMs = nowMs();
  };
  buying.then(onBought, () => stopped.abort());
  sampler.start();
  try {
    const course = await takeCourse(use, {
      sampler,
      nowMs,
      ending,
      async hurt(atMs) {
        zeroMs = atMs;
        const onMissing = (why: string): void => void missing.push(why);
        const { faults, seed } = experiment;
        await runTimeline({
          faults,
          system,
          book,
          chance: chances(seed),
          nowMs: timelineMs,
          signal: ending,
          onMissing,
        });
      },
      mend: () => book.undoAll(),
    });
    const gone = buyersGone(experiment, { ...course, buyersEndedMs, lastSample: sampler.samples.at(-1) });
    if (course.notSteadyBefore.length > 0) leave.abort();
    journal.write({ kind: 'phase', phase: 'load' });
    const load = await buying;
    await sampler.stop();
    const samples = sampler.samples.map((sample) => ({ ...sample, atMs: sample.atMs - course.zeroMs }));
    const unseen = [...missing, ...unseenOf(book), ...gone];
    return { faults: book.all, samples, load, facts: { ...factsOf(experiment, samples, course), unseen, aborted } };
  } finally {
    leave.abort();
    await book.undoAll();
    await sampler.stop();
    await buying.catch(() => {});
  }
}

/** When an experiment was where, in milliseconds since buyers began to come. */
interface Course {
  readonly notSteadyBefore: readonly string[];
  /** When the steady state was seen, or given up. */
  readonly zeroMs: number;
  readonly lastUndoMs: number;
  readonly notSteadyAfter: readonly string[];
}

/** Before, faults, recovery. `hurt` runs only where the system was normal, `mend` always. */
async function takeCourse(
  { experiment, journal, signal }: ExperimentUse,
  use: {
    readonly sampler: Sampler;
    readonly nowMs: () => number;
    readonly ending: AbortSignal;
    readonly hurt: (atMs: number) => Promise<void>;
    readonly mend: () => Promise<void>;
  },
): Promise<Course> {
  const { sampler, nowMs } = use;
  journal.write({ kind: 'phase', phase: 'before' });
  const notSteadyBefore = await untilSteady(sampler, experiment, 'before', steadyWithinMs, use.ending, nowMs);
  const zeroMs = nowMs();
  const isSteady = notSteadyBefore.length === 0;
  if (isSteady) {
    journal.write({ kind: 'phase', phase: 'faults' });
    await use.hurt(zeroMs);
  }
  await use.mend();
  const lastUndoMs = nowMs();
  if (!isSteady) return { notSteadyBefore, zeroMs, lastUndoMs, notSteadyAfter: [] };
  journal.write({ kind: 'phase', phase: 'recovery' });
  const { recoverWithinMs } = experiment;
  const notSteadyAfter = await untilSteady(sampler, experiment, 'after', recoverWithinMs, signal, nowMs);
  return { notSteadyBefore, zeroMs, lastUndoMs, notSteadyAfter };
}

/** What the samples of the timeline say. */
function factsOf(
  experiment: Experiment,
  samples: readonly Sample[],
  { notSteadyBefore, zeroMs, lastUndoMs, notSteadyAfter }: Course,
): Omit<ExperimentFacts, 'unseen' | 'aborted'> {
  const undoneMs = lastUndoMs - zeroMs;
  const steadyMs = steadyAt(experiment.steadyState, samples, 'after', undoneMs);
  const recoveredMs = notSteadyAfter.length === 0 && steadyMs !== null ? steadyMs - undoneMs : null;
  const throughoutMs = undoneMs + (recoveredMs ?? experiment.recoverWithinMs);
  return {
    notSteadyBefore,
    deviatedDuring: duringDeviations(experiment, samples, throughoutMs),
    recoveredMs,
    notSteadyAfter,
    verify: null,
  };
}

function bookOf({ experiment, host, journal }: ExperimentUse, system: ChaosSystem, nowMs: () => number): FaultBook {
  const chance = chances(experiment.seed + 1);
  return new FaultBook({
    write: (event) => journal.write(event),
    nowMs,
    firstId: 1 + Math.max(0, ...journal.events.map((event) => ('id' in event ? event.id : 0))),
    contextOf: ({ parameters }, target) => ({ parameters, target, system, chance }),
    tools: {
      sameRunner: true,
      identityOf: host.parts.identityOf,
      async startAgain({ name }) {
        await system.parts.find((part) => part.name === name)?.start();
      },
    },
  });
}

function chances(seed: number): () => number {
  let drawn = 0;
  return () => {
    drawn += 1;
    return chanceAt(seed, chanceStream, drawn);
  };
}

function buy(use: ExperimentUse, saleId: string, window: AnswerWindow, signal: AbortSignal): Promise<LoadResult> {
  const { buyersUrls } = use.running;
  let turn = 0;
  return runLoad({
    scenario: use.experiment.load,
    seed: use.experiment.seed,
    // each server in turn, those that are down included: a load balancer that has not noticed yet
    target() {
      turn += 1;
      return buyersUrls[turn % buyersUrls.length] ?? '';
    },
    saleId,
    history: use.history,
    signal,
    onProgress: (progress) => window.add(progress),
  });
}

/** Resolves with nothing once the system is normal, else at the deadline with what is not. */
async function untilSteady(
  sampler: Sampler,
  { steadyState }: Experiment,
  moment: 'before' | 'after',
  withinMs: number,
  signal: AbortSignal,
  nowMs: () => number,
): Promise<readonly string[]> {
  const fromMs = nowMs();
  for (;;) {
    if (signal.aborted) return ['the experiment was ended'];
    if (steadyAt(steadyState, sampler.samples, moment, fromMs) !== null) return [];
    const last = sampler.samples.at(-1);
    if (nowMs() - fromMs > withinMs) {
      const found = last === undefined ? [] : deviations(steadyState, last, moment);
      return found.length > 0 ? found : ['never normal for a second'];
    }
    await sampler.next(signal);
  }
}

function unseenOf({ all }: FaultBook): readonly string[] {
  return all.flatMap(({ timed, target, evidence, failed }) => {
    const name = `${timed.fault.name} of ${target}`;
    if (failed !== null) return [`${name} failed: ${failed}`];
    if (evidence?.seen === true) return [];
    return [`nobody saw ${name} take effect: ${evidence?.what ?? 'it was not injected'}`];
  });
}

/** Each probe once, at its first sample that was not normal. */
function duringDeviations({ steadyState }: Experiment, samples: readonly Sample[], untilMs: number): readonly string[] {
  const first = new Map<string, string>();
  for (const sample of samples) {
    if (sample.atMs < 0 || sample.atMs > untilMs) continue;
    for (const what of deviations(steadyState, sample, 'during')) {
      const title = what.slice(0, what.indexOf(':'));
      if (!first.has(title)) first.set(title, `${what} (after ${(sample.atMs / 1_000).toFixed(1)} s)`);
    }
  }
  return [...first.values()];
}
