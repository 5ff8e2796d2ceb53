import { FluxError } from '../../engine/domain/flux-error.ts';
import { openAdminClient } from '../admin-client/admin-client.ts';
import type { BenchChild } from './bench-children.ts';
import { median } from './bench-figures.ts';
import { checkFloors, rebuildFloors } from './bench-floors.ts';
import { thisMachine } from './bench-machine.ts';
import type { GateLoss, RebuildBenchFigures, RebuildBenchResult } from './bench-rebuild-result.ts';
import { type LosableGate, loseGate } from './lose-gate.ts';
import { openBenchSale, saleId } from './measure-subject.ts';
import type { RawRebuild } from './raw-rebuild.ts';

/** A stack of the bench's own: nobody else's sale is on it. */
export interface RebuildStack extends LosableGate {
  readonly raw: RawRebuild;
  readonly serverLeaseMs: number;
  readonly appendDeadlineMs: number;
  startWorker(): Promise<BenchChild>;
  startServer(name: string): Promise<BenchChild>;
  /** With the server of that name. @throws FluxError `invariant_violated` */
  verify(name: string): Promise<void>;
  /** Puts orders of the bench's sale into the log that no gate has seen. */
  appendBacklog(count: number, signal: AbortSignal | undefined): Promise<void>;
  /** Units that the ledger has sold. */
  recorded(): Promise<number>;
  gateHolds(): Promise<{ readonly orders: number; readonly sold: number }>;
  kafkaBytes(): Promise<number>;
  /** Ends the services and removes their files, too. */
  close(): Promise<void>;
}

export interface RebuildBenchOptions {
  /** In the ledger when the gate is lost. */
  readonly orders: number;
  /** With all servers alive. */
  readonly losses: number;
  readonly open: () => Promise<RebuildStack>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (what: string, done: number, of: number, leftSeconds?: number) => void;
}

/** Stack, orders, bare limit, loss with a server killed, verify: what there is beside the losses. */
const otherSteps = 5;
/** What a machine of two cores takes, for the estimate of what is left: orders a second, and seconds whatever the number. */
const estimate = { filledPerSecond: 20_000, loadedPerSecond: 60_000, lossSeconds: 5 } as const;
/** A tenth of the promised speed, and a minute for everything that does not depend on the number. */
const giveUpMs = (orders: number): number => 60_000 + orders / 2;
const lookEveryMs = 100;
const tellEveryMs = 2_000;

interface Bench {
  readonly options: RebuildBenchOptions;
  readonly stack: RebuildStack;
  readonly worker: BenchChild;
  readonly first: BenchChild;
  readonly second: BenchChild;
  /** Orders that were made, those that tried the gate included. */
  made: number;
}

/**
 * Measures how long a sale with that many orders stands still when its gate is lost: two servers and a worker on a stack of the
 * bench's own. What the gate holds afterwards is counted, and `verify` has the last word. All of it is removed however this ends.
 * @throws FluxError `interrupted`, `threshold_failed`, `invariant_violated`, what `stack up` throws
 */
export async function benchRebuild(options: RebuildBenchOptions): Promise<RebuildBenchResult> {
  const startedAt = new Date().toISOString();
  const undo: (() => Promise<unknown>)[] = [];
  try {
    tell(options, 'starting a stack', 0);
    const stack = await options.open();
    undo.push(() => stack.close());
    const started = <Child extends BenchChild>(child: Child) => {
      undo.push(() => child.stop());
      return child;
    };
    const [worker, first, second] = await Promise.all([
      stack.startWorker().then(started),
      stack.startServer('first').then(started),
      stack.startServer('second').then(started),
    ]);
    const admin = openAdminClient(first.url, undefined);
    undo.push(() => admin.close());
    await openBenchSale(admin);
    return { ...(await measureAll({ options, stack, worker, first, second, made: 0 })), startedAt };
  } finally {
    for (const step of undo.reverse()) await step().catch(() => {});
  }
}

async function measureAll(bench: Bench): Promise<Omit<RebuildBenchResult, 'startedAt'>> {
  const { options, stack } = bench;
  await fill(bench);
  const postgresBytes = await stack.raw.ledgerBytes();
  const kafkaBytes = await stack.kafkaBytes();
  const losses: GateLoss[] = [];
  while (losses.length < options.losses) {
    tell(options, 'the gate is lost', 2 + losses.length);
    losses.push(await loseAndCount(bench, `loss-${losses.length}`));
  }
  const done = 2 + losses.length;
  tell(options, 'the bare limit', done);
  const bareSeconds = await measureBare(bench);
  tell(options, 'the gate is lost, and a server', done + 1);
  const serverKilled = await loseAndCount(bench, 'killed', bench.second);
  tell(options, 'verify', done + 2);
  await stack.verify('first');
  const loadedSeconds = median(losses.map((loss) => loss.steps.loadedMs / 1_000));
  const { orders } = options;
  const figures: RebuildBenchFigures = {
    takenAgainSeconds: Math.max(...losses.map((loss) => loss.takenAgainSeconds)),
    serverKilledSeconds: serverKilled.takenAgainSeconds,
    loadedSeconds,
    bareSeconds,
    loadedToBare: loadedSeconds / bareSeconds,
    redisBytesAnOrder: median(losses.map((loss) => loss.redisBytes)) / orders,
    postgresBytesAnOrder: postgresBytes / orders,
    kafkaBytesAnOrder: kafkaBytes / orders,
  };
  return {
    format: 'fluxgate-bench-rebuild',
    version: 1,
    machine: thisMachine(),
    orders,
    serverLeaseMs: stack.serverLeaseMs,
    appendDeadlineMs: stack.appendDeadlineMs,
    losses,
    serverKilled,
    figures,
    floors: checkFloors(figures, rebuildFloors(orders, stack.serverLeaseMs)),
    doubts: [...losses, serverKilled].flatMap((loss, n) => loss.doubts.map((doubt) => `loss ${n + 1}: ${doubt}`)),
  };
}

/** Through log and worker, as orders come there: what is in the ledger afterwards is what a sale leaves. */
async function fill(bench: Bench): Promise<void> {
  const { options, stack } = bench;
  const { orders, signal } = options;
  tell(options, `${orders} orders into the ledger`, 1);
  const appending = stack.appendBacklog(orders, signal);
  bench.made = orders;
  await Promise.all([appending, untilRecorded(bench)]);
}

async function loseAndCount(bench: Bench, crowd: string, kill?: BenchChild): Promise<GateLoss> {
  const { options, stack, worker, first, second } = bench;
  const servers = [first, second].filter((server) => server !== kill);
  const loss = await loseGate({
    gate: stack,
    worker,
    servers,
    ...(kill === undefined ? {} : { kill }),
    crowd,
    giveUpMs: giveUpMs(options.orders),
    signal: options.signal,
  });
  bench.made += servers.length;
  await untilRecorded(bench);
  const { orders, sold } = await stack.gateHolds();
  if (orders !== bench.made || sold !== bench.made)
    throw new FluxError(
      'invariant_violated',
      `the ledger has ${bench.made} orders, the rebuilt gate ${orders} with ${sold} units sold`,
    );
  return loss;
}

/** Until the ledger has all that were made. More than those is a fault that the numbers afterwards show. */
async function untilRecorded({ options, stack, made }: Bench): Promise<void> {
  const until = performance.now() + giveUpMs(made);
  let toldAtMs = performance.now();
  for (;;) {
    const recorded = await stack.recorded();
    if (recorded >= made) return;
    if (options.signal?.aborted) throw new FluxError('interrupted', 'the bench was interrupted');
    const nowMs = performance.now();
    if (nowMs > until)
      throw new FluxError('threshold_failed', `the worker recorded ${recorded} of ${made} orders in time`);
    if (nowMs - toldAtMs > tellEveryMs) {
      tell(options, `${recorded} of ${made} orders in the ledger`, 1, made - recorded);
      toldAtMs = nowMs;
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

async function measureBare({ stack, options }: Bench): Promise<number> {
  const startedMs = performance.now();
  const fields = await stack.raw.copy(saleId);
  const seconds = (performance.now() - startedMs) / 1_000;
  if (fields < options.orders) throw new FluxError('invariant_violated', `the ledger gave ${fields} rows`);
  return seconds;
}

function tell(options: RebuildBenchOptions, what: string, done: number, toFill?: number): void {
  const { signal, onProgress, orders, losses } = options;
  if (signal?.aborted) throw new FluxError('interrupted', 'the bench was interrupted');
  const steps = losses + otherSteps;
  const unfilled = toFill ?? (done <= 1 ? orders : 0);
  // the bare limit and verify read as much as a loss does
  const loads = Math.min(losses + 3, steps - done) * (orders / estimate.loadedPerSecond + estimate.lossSeconds);
  onProgress?.(what, done, steps, Math.round(unfilled / estimate.filledPerSecond + loads));
}
