import { FluxError } from '../../engine/domain/flux-error.ts';
import { openAdminClient } from '../admin-client/admin-client.ts';
import { type BenchChild, startBareRoute } from './bench-children.ts';
import { doubtsAboutRound, figuresOf, median } from './bench-figures.ts';
import { barePromisedP99Ms, checkFloors, idleWorkerFloor, orderFloors, orderLatencyFloor } from './bench-floors.ts';
import type { BenchRound, BenchSubject } from './bench-http-result.ts';
import { thisMachine } from './bench-machine.ts';
import type { OrderBenchFigures, OrderBenchResult } from './bench-order-result.ts';
import { waitForLagZero } from './ledger-lag.ts';
import { cpuMicros, type Measuring, measure, openBenchSale } from './measure-subject.ts';
import { cpuSecondsOfTree } from './process-cpu.ts';

/** A stack of the bench's own: nobody else's sale is on it. */
export interface BenchStack {
  /** Process ids of Redis, Kafka and PostgreSQL by name. */
  readonly services: Readonly<Record<string, number>>;
  startServer(): Promise<BenchChild>;
  startWorker(): Promise<BenchChild>;
  /** Puts orders of the bench's sale into the log that no gate has seen. */
  appendBacklog(count: number, signal: AbortSignal | undefined): Promise<void>;
  /** Units that the ledger has sold. */
  recorded(): Promise<number>;
  /** Ends the services and removes their files, too. */
  close(): Promise<void>;
}

export interface OrderBenchOptions {
  readonly connections: number;
  /** Of each measurement; a round has three. */
  readonly seconds: number;
  readonly open: () => Promise<BenchStack>;
  readonly backlogOrders?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (what: string, done: number, of: number) => void;
}

/** The backlog of issue 4, "Numbers". */
const promisedBacklog = 200_000;
/** Odd, so that the median is a measurement. */
const rounds = 3;
const subjects: readonly BenchSubject[] = ['bare', 'refused', 'accepted'];
/** Rounds, then the backlog, then the idle worker. */
const steps = rounds * subjects.length + 2;
const warmUpSeconds = 3;
/** A broker that was just started compiles its own code: 50 us of CPU an order at first, 24 us after 12 s of them, 12 after 40. */
const brokerWarmUpSeconds = 40;
/** Short runs, of tests, are over sooner: their figures count for nothing. */
const warmUpAtMost = 14;
/** The system counts in hundredths of a second: 2 % of this are ten of them. */
const idleSeconds = 5;
const lookEveryMs = 20;
/** A tenth of the promised speed: whoever is slower has not kept up by any measure. */
const backlogGiveUpMs = 120_000;

interface Bench extends Measuring {
  readonly options: OrderBenchOptions;
  readonly stack: BenchStack;
  /** The one that runs now. */
  readonly working: { worker: BenchChild };
}

/**
 * Measures the whole path in one run: a bare route, refusals and accepted orders of a server on Redis, Kafka and PostgreSQL
 * with a worker beside it; then the worker alone, on a backlog and with nothing to do. All of it is removed however this ends.
 * @throws FluxError `interrupted`, `invariant_violated` where accepted orders are not in the ledger, what `stack up` throws
 */
export async function benchOrder(options: OrderBenchOptions): Promise<OrderBenchResult> {
  const startedAt = new Date().toISOString();
  const undo: (() => Promise<unknown>)[] = [];
  try {
    options.onProgress?.('starting a stack', 0, steps);
    const stack = await options.open();
    undo.push(() => stack.close());
    const worker = await stack.startWorker();
    const working = { worker };
    undo.push(() => working.worker.stop());
    const ours = await stack.startServer();
    undo.push(() => ours.stop());
    const bare = await startBareRoute();
    undo.push(() => bare.stop());
    const admin = openAdminClient(ours.url, undefined);
    undo.push(() => admin.close());
    const parts = [worker.pid, ...Object.values(stack.services)];
    const bench: Bench = { options, stack, working, bare, ours, admin, parts, nextCrowd: 0 };
    await openBenchSale(admin);
    return { ...(await measureAll(bench)), startedAt };
  } finally {
    for (const step of undo.reverse()) await step().catch(() => {});
  }
}

async function measureAll(bench: Bench): Promise<Omit<OrderBenchResult, 'startedAt'>> {
  const { connections, seconds, signal, backlogOrders = promisedBacklog } = bench.options;
  for (const subject of subjects) {
    const wanted = subject === 'accepted' ? brokerWarmUpSeconds : warmUpSeconds;
    const warmUp = Math.min(wanted, warmUpAtMost * seconds);
    tell(bench, `warming up ${subject} for ${warmUp} s`, 0);
    await measure(bench, subject, warmUp);
  }
  await waitForLagZero(bench.admin, signal);
  const taken: BenchRound[] = [];
  const spent: Readonly<Record<string, number | null>>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const measured = await measureRound(bench, round);
    taken.push(measured.round);
    spent.push(measured.cpuMicros);
  }
  const machine = thisMachine();
  const figures: OrderBenchFigures = {
    http: figuresOf(taken),
    cpuMicros: mediansOf(spent),
    backlogPerSecond: await measureBacklog(bench, backlogOrders),
    idleWorkerPercent: await measureIdleWorker(bench),
  };
  const doubts = taken.flatMap((round, n) =>
    doubtsAboutRound(round, { connections, seconds, cores: machine.cores }).map((doubt) => `round ${n + 1}: ${doubt}`),
  );
  const floors = [...orderFloors];
  if (figures.idleWorkerPercent !== null) floors.push(idleWorkerFloor);
  const { bareP99Ms } = figures.http;
  if (bareP99Ms < barePromisedP99Ms) floors.push(orderLatencyFloor);
  else doubts.push(`the bare route's p99 was ${bareP99Ms.toFixed(1)} ms: of ours nothing is promised then`);
  return {
    format: 'fluxgate-bench-order',
    version: 1,
    machine,
    connections,
    seconds,
    backlogOrders,
    rounds: taken,
    figures,
    floors: checkFloors(figures, floors),
    doubts,
  };
}

async function measureRound(bench: Bench, round: number) {
  const { seconds, signal } = bench.options;
  const take = (subject: BenchSubject) => {
    tell(bench, subject, round * subjects.length + subjects.indexOf(subject));
    return measure(bench, subject, seconds);
  };
  const { measure: bare } = await take('bare');
  const { measure: refused } = await take('refused');
  const recordedBefore = await bench.stack.recorded();
  const before = await cpuOfParts(bench);
  const { measure: accepted, answersInAll } = await take('accepted');
  const lagZeroAfterSeconds = await waitForLagZero(bench.admin, signal);
  const after = await cpuOfParts(bench);
  const recorded = (await bench.stack.recorded()) - recordedBefore;
  if (recorded < answersInAll)
    throw new FluxError('invariant_violated', `${answersInAll} orders were accepted, ${recorded} are in the ledger`);
  const spent = Object.keys(after).map((name) => [
    name,
    cpuMicros(before[name] ?? null, after[name] ?? null, answersInAll),
  ]);
  const measured: BenchRound = { bare, refused, accepted, lagZeroAfterSeconds };
  return { round: measured, cpuMicros: Object.fromEntries(spent) as Readonly<Record<string, number | null>> };
}

async function cpuOfParts({ ours, working, stack }: Bench): Promise<Readonly<Record<string, number | null>>> {
  const pids = { server: ours.pid, worker: working.worker.pid, ...stack.services };
  const seconds = await Promise.all(
    Object.entries(pids).map(async ([name, pid]) => [name, await cpuSecondsOfTree(pid)]),
  );
  return Object.fromEntries(seconds) as Readonly<Record<string, number | null>>;
}

function mediansOf(spent: readonly Readonly<Record<string, number | null>>[]): OrderBenchFigures['cpuMicros'] {
  const medians = Object.keys(spent[0] ?? {}).map((name) => {
    const known = spent.map((round) => round[name] ?? null).filter((micros) => micros !== null);
    return [name, known.length === 0 ? null : median(known)];
  });
  return Object.fromEntries(medians) as OrderBenchFigures['cpuMicros'];
}

/** Orders a second from the first batch that is seen in the ledger to the last. A worker of its own, so that all are there before it. */
async function measureBacklog(bench: Bench, count: number): Promise<number> {
  tell(bench, `a backlog of ${count} orders`, steps - 2);
  await bench.working.worker.stop();
  const before = await bench.stack.recorded();
  await bench.stack.appendBacklog(count, bench.options.signal);
  bench.working.worker = await bench.stack.startWorker();
  let first: { readonly recorded: number; readonly atMs: number } | undefined;
  const giveUpAtMs = performance.now() + backlogGiveUpMs;
  for (;;) {
    const recorded = (await bench.stack.recorded()) - before;
    const atMs = performance.now();
    if (recorded > 0 && first === undefined) first = { recorded, atMs };
    if (recorded >= count) {
      if (first === undefined || first.recorded >= count) return Number.NaN; // too few to time
      return ((count - first.recorded) * 1_000) / (atMs - first.atMs);
    }
    if (bench.options.signal?.aborted) throw new FluxError('interrupted', 'the bench was interrupted');
    if (atMs > giveUpAtMs)
      throw new FluxError(
        'threshold_failed',
        `the worker recorded ${recorded} of ${count} orders in ${backlogGiveUpMs / 1_000} s`,
      );
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

async function measureIdleWorker(bench: Bench): Promise<number | null> {
  tell(bench, 'a worker with nothing to do', steps - 1);
  await waitForLagZero(bench.admin, bench.options.signal);
  const idle = Math.min(idleSeconds, bench.options.seconds * 2);
  const before = await cpuSecondsOfTree(bench.working.worker.pid);
  await new Promise((resolve) => setTimeout(resolve, idle * 1_000));
  const after = await cpuSecondsOfTree(bench.working.worker.pid);
  return before === null || after === null ? null : ((after - before) / idle) * 100;
}

function tell({ options }: Bench, what: string, done: number): void {
  if (options.signal?.aborted) throw new FluxError('interrupted', 'the bench was interrupted');
  options.onProgress?.(what, done, steps);
}
