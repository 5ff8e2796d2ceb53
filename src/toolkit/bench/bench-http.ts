import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { openAdminClient } from '../admin-client/admin-client.ts';
import { startBareRoute, startServe } from './bench-children.ts';
import { doubtsAboutRound, figuresOf } from './bench-figures.ts';
import { checkFloors, httpFloors } from './bench-floors.ts';
import type { BenchRound, BenchSubject, HttpBenchResult } from './bench-http-result.ts';
import { thisMachine } from './bench-machine.ts';
import { recordedOrders, waitForLagZero } from './ledger-lag.ts';
import { cpuMicros, type Measured, type Measuring, measure, openBenchSale } from './measure-subject.ts';
import { cpuSecondsOfTree } from './process-cpu.ts';

export interface HttpBenchOptions {
  readonly connections: number;
  /** Of each measurement; a round has three. */
  readonly seconds: number;
  readonly signal?: AbortSignal;
  /** Called before each measurement with what is measured next, and where we are. */
  readonly onProgress?: (what: string, done: number, of: number) => void;
}

/** Odd, so that the median is a measurement; more take longer than anybody waits. */
const rounds = 3;
const subjects: readonly BenchSubject[] = ['bare', 'refused', 'accepted'];
/** Every path is compiled and every table has pages; not measured. */
const warmUpSeconds = 1;
interface Bench extends Measuring {
  readonly options: HttpBenchOptions;
}

/**
 * Measures in one run, in turn and several times: a bare Fastify route, refusals and accepted orders of the embedded server.
 * Both servers are processes of their own; the data folder is temporary. Everything is ended and removed however this ends.
 * @throws FluxError `interrupted` where the signal aborts, `fault` where a server does not start
 */
export async function benchHttp(options: HttpBenchOptions): Promise<HttpBenchResult> {
  const startedAt = new Date().toISOString();
  const folder = await mkdtemp(join(tmpdir(), 'fluxgate-bench-'));
  const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const bare = await startBareRoute();
    undo.push(() => bare.stop());
    const ours = await startServe(join(folder, 'data'));
    undo.push(() => ours.stop());
    const admin = openAdminClient(ours.url, undefined);
    undo.push(() => admin.close());
    const bench: Bench = { options, bare, ours, admin, parts: [], nextCrowd: 0 };
    await openBenchSale(admin);
    for (const subject of subjects) {
      tell(bench, `warming up ${subject}`, 0);
      await measure(bench, subject, warmUpSeconds);
    }
    await waitForLagZero(admin, options.signal);
    const measured: BenchRound[] = [];
    for (let round = 0; round < rounds; round += 1) measured.push(await measureRound(bench, round));
    return { ...resultOf(measured, options), startedAt };
  } finally {
    for (const step of undo.reverse()) await step().catch(() => {});
  }
}

async function measureRound(bench: Bench, round: number): Promise<BenchRound> {
  const { seconds } = bench.options;
  const take = async (subject: BenchSubject): Promise<Measured> => {
    tell(bench, subject, round * subjects.length + subjects.indexOf(subject));
    return measure(bench, subject, seconds);
  };
  const { measure: bare } = await take('bare');
  const { measure: refused } = await take('refused');
  const recordedBefore = await recordedOrders(bench.admin);
  const { measure: accepted, answersInAll, cpuBefore } = await take('accepted');
  const lagZeroAfterSeconds = await waitForLagZero(bench.admin, bench.options.signal);
  const recorded = (await recordedOrders(bench.admin)) - recordedBefore;
  if (recorded < answersInAll)
    throw new FluxError('invariant_violated', `${answersInAll} orders were accepted, ${recorded} are in the ledger`);
  const cpuAfter = await cpuSecondsOfTree(bench.ours.pid);
  const cpuMicrosPerAnswer = cpuMicros(cpuBefore, cpuAfter, answersInAll);
  return { bare, refused, accepted: { ...accepted, cpuMicrosPerAnswer }, lagZeroAfterSeconds };
}

function tell({ options }: Bench, what: string, done: number): void {
  if (options.signal?.aborted) throw new FluxError('interrupted', 'the bench was interrupted');
  options.onProgress?.(what, done, rounds * subjects.length);
}

function resultOf(measured: readonly BenchRound[], options: HttpBenchOptions): Omit<HttpBenchResult, 'startedAt'> {
  const figures = figuresOf(measured);
  const machine = thisMachine();
  const { connections, seconds } = options;
  return {
    format: 'fluxgate-bench-http',
    version: 1,
    machine,
    connections,
    seconds,
    rounds: measured,
    figures,
    floors: checkFloors(figures, httpFloors),
    doubts: measured.flatMap((round, n) =>
      doubtsAboutRound(round, { connections, seconds, cores: machine.cores }).map(
        (doubt) => `round ${n + 1}: ${doubt}`,
      ),
    ),
  };
}
