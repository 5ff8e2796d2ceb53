import { copyFile, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errorCodes } from '../../../engine/domain/error-codes.ts';
import { codeOf, FluxError } from '../../../engine/domain/flux-error.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { Journal } from '../journal/journal.ts';
import type { JournalEvent } from '../journal/journal-event.ts';
import type { Capability } from '../system/capability.ts';
import type { ChaosHost } from '../system/chaos-host.ts';
import type { RunningSystem } from '../system/running-system.ts';
import { capabilitiesOf, runningStack } from '../system/stack-capabilities.ts';
import type { ChaosResult, ExperimentResult } from './chaos-result.ts';
import { resultOfRun, resultWithout } from './experiment-result.ts';
import { worstExitCode } from './judge-experiment.ts';
import { neededBy, ofThisMachine, ofThrowaway, whyMissing } from './missing-capability.ts';
import { runExperiment } from './run-experiment.ts';
import { withSharedSystems } from './shared-systems.ts';
import { shuffled } from './shuffle.ts';
import { SystemKeeper } from './system-keeper.ts';

export interface ChaosRunUse {
  readonly experiments: readonly Experiment[];
  /** Null: in the order in which they were named. */
  readonly shuffleSeed: number | null;
  /** Journals and reports of every run: a folder each. */
  readonly chaosDir: string;
  readonly host: ChaosHost;
  /** A stack that `stack up` made, instead of one of its own. */
  readonly givenStack: string | null;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: JournalEvent) => void;
  readonly progress: (what: string) => void;
  readonly onResult: (result: ExperimentResult) => void;
  /** Told what is known of the experiments before the one in which the run was cut off; its exit code is that of the reason. */
  readonly onCutOff: (result: ChaosResult) => Promise<unknown>;
}

/**
 * Runs experiments one after the other, and undoes and removes whatever they did, however they end.
 * @throws FluxError `interrupted`; what fails in one experiment is its result
 */
export async function runExperiments(use: ChaosRunUse): Promise<ChaosResult> {
  const started = new Date();
  const startedMs = performance.now();
  const runId = `${started.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')}-${process.pid}`;
  const folder = join(use.chaosDir, runId);
  const journal = Journal.begin(folder, use.onEvent);
  const shared = withSharedSystems(use.experiments);
  const order = use.shuffleSeed === null ? shared : shuffled(shared, use.shuffleSeed);
  journal.write({
    kind: 'run_started',
    runId,
    runner: { pid: process.pid, identity: use.host.parts.identityOf(process.pid) ?? '' },
    version: use.version,
    seed: use.shuffleSeed,
    experiments: order.map(({ name }) => name),
  });
  const notes: string[] = [];
  const keeper = new SystemKeeper({
    ...use,
    journal,
    onEnded(what) {
      notes.push(what);
      journal.write({ kind: 'noted', what });
    },
  });
  const experiments: ExperimentResult[] = [];
  const resultWith = (exitCode: number): ChaosResult => ({
    format: 'fluxgate-chaos',
    version: 1,
    runId,
    startedAt: started.toISOString(),
    tookMs: Math.round(performance.now() - startedMs),
    shuffleSeed: use.shuffleSeed,
    exitCode,
    folder,
    experiments,
  });
  try {
    for (const experiment of order) {
      notes.length = 0;
      const result = await runOne(experiment, { ...use, folder, journal, keeper });
      const noted = { ...result, notes: [...notes] };
      const { name, verdict, summary } = noted;
      journal.write({ kind: 'experiment_ended', name, verdict, summary });
      experiments.push(noted);
      use.onResult(noted);
    }
  } catch (error) {
    await keeper.close();
    // an hour of experiments is not lost with the one that was cut off; why it was weighs more than a report
    if (experiments.length > 0) {
      const soFar = resultWith(errorCodes[codeOf(error)]);
      await use.onCutOff(soFar).catch((failed: Error) => use.progress(failed.message));
    }
    throw error;
  } finally {
    await keeper.close();
    journal.write({ kind: 'run_ended' });
  }
  return resultWith(exitCodeOfRun(experiments));
}

/** Where nothing could be run, that is what the command needs and lacks. */
function exitCodeOfRun(experiments: readonly ExperimentResult[]): number {
  const ran = experiments.filter(({ verdict }) => verdict !== 'skipped');
  return ran.length === 0 ? errorCodes.program_missing : worstExitCode(ran.map(({ exitCode }) => exitCode));
}

interface OneUse extends ChaosRunUse {
  readonly folder: string;
  readonly journal: Journal;
  readonly keeper: SystemKeeper;
}

async function runOne(experiment: Experiment, use: OneUse): Promise<ExperimentResult> {
  const startedAt = new Date().toISOString();
  const startedMs = performance.now();
  const about = () => ({ experiment, startedAt, tookMs: Math.round(performance.now() - startedMs) });
  const history = join(use.folder, `${experiment.name}.history.ndjson`);
  const missing = whyMissing(neededBy(experiment), capabilitiesFor(experiment, use.givenStack));
  if (missing !== null) return resultWithout('skipped', missing, about());
  let running: RunningSystem | null = null;
  try {
    running = await use.keeper.systemFor(experiment.system);
    const run = await runExperiment({ ...use, experiment, running, history });
    const result = resultOfRun(run, about());
    if (result.asExpected) await rm(history, { force: true });
    else await keepLogs(running, join(use.folder, `${experiment.name}.logs`));
    // after anything but a pass nobody knows in which state it is
    if (result.verdict !== 'passed') await use.keeper.close();
    return result;
  } catch (error) {
    if (running !== null) await keepLogs(running, join(use.folder, `${experiment.name}.logs`));
    await use.keeper.close();
    if (use.signal.aborted || !(error instanceof FluxError) || error.code === 'interrupted') throw error;
    const why = error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
    // no Java, no Redis: this machine's lack; a server of ours that does not start is none
    const verdict = running === null && error.code === 'program_missing' ? 'skipped' : 'inconclusive';
    return resultWithout(verdict, why, about());
  }
}

/** Embedded experiments need no stack, whichever is given. @throws FluxError `stack_not_running` where none runs there */
function capabilitiesFor(experiment: Experiment, givenStack: string | null): ReadonlySet<Capability> {
  if (givenStack === null || experiment.system.mode === 'embedded') return ofThrowaway(experiment);
  return new Set([...ofThisMachine(), ...capabilitiesOf(runningStack(givenStack), experiment.system)]);
}

/** What its servers, workers and services said, for whoever has to find out why. */
async function keepLogs(running: RunningSystem, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const paths = running.parts.flatMap(({ logPath }) => (logPath === null ? [] : [logPath]));
  await Promise.all(paths.map((path) => copyFile(path, join(folder, basename(path))).catch(() => {})));
}
