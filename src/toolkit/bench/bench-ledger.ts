import { FluxError } from '../../engine/domain/flux-error.ts';
import type { OrderRecord } from '../../engine/domain/order.ts';
import { alternate, type Side, type Spent, timeCalls } from './alternate.ts';
import { median } from './bench-figures.ts';
import { checkFloors, ledgerFloors } from './bench-floors.ts';
import type {
  LedgerBenchCase,
  LedgerBenchMeasure,
  LedgerBenchResult,
  LedgerBenchRound,
} from './bench-ledger-result.ts';
import { thisMachine } from './bench-machine.ts';
import { watchForeignCpu } from './foreign-cpu.ts';
import { cpuSecondsOfTree } from './process-cpu.ts';
import type { RawLedger } from './raw-ledger.ts';

/** The ledger to measure, in a PostgreSQL of its own. */
export interface BenchedLedger {
  readonly raw: RawLedger;
  /** PostgreSQL's. */
  readonly pid: number;
  /** Orders that nobody has made before. */
  orders(count: number): readonly OrderRecord[];
  /** The flow of a worker from decoded records on: one batch, one transaction. How many it recorded. */
  record(orders: readonly OrderRecord[]): Promise<number>;
  /** Removes PostgreSQL and its files, too. */
  close(): Promise<void>;
}

export interface LedgerBenchOptions {
  /** Of each side in a round. */
  readonly seconds: number;
  readonly open: () => Promise<BenchedLedger>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (what: string, done: number, of: number) => void;
}

/** What a quiet worker has in a batch, a busy one, and one that works off a backlog (orderLogLimits.batch). */
const batchSizes = [100, 500, 2_000] as const;
const promisedBatch = 500;
/** Odd, so that the median is a measurement. */
const rounds = 3;
/** A multiple of every batch size; made before the clock runs and forgotten after it. */
const ordersASlice = 4_000;
const warmUpSeconds = 0.5;
/** A partition's batches follow each other. */
const inFlight = 1;

/**
 * Measures in one run, in turn: batches through the flow and the port, and the bare inserts of the same rows.
 * @throws FluxError `interrupted`, `ledger_unreachable`, `invariant_violated` where rows are missing
 */
export async function benchLedger(options: LedgerBenchOptions): Promise<LedgerBenchResult> {
  const startedAt = new Date().toISOString();
  const ledger = await options.open();
  try {
    const doubts = await watchForeignCpu(() => cpuSecondsOfTree(ledger.pid));
    const cases: LedgerBenchCase[] = [];
    for (const size of batchSizes) cases.push(await measureCase(ledger, options, size, cases.length * rounds));
    const promised = cases.find(({ ordersATransaction }) => ordersATransaction === promisedBatch);
    const figures = { recordedToBare: promised?.figures.oursToBare ?? 0 };
    return {
      format: 'fluxgate-bench-ledger',
      version: 1,
      startedAt,
      machine: thisMachine(),
      seconds: options.seconds,
      cases,
      figures,
      floors: checkFloors(figures, ledgerFloors),
      doubts: await doubts(),
    };
  } finally {
    await ledger.close();
  }
}

async function measureCase(
  ledger: BenchedLedger,
  options: LedgerBenchOptions,
  size: number,
  done: number,
): Promise<LedgerBenchCase> {
  const { seconds, onProgress } = options;
  await measureRound(ledger, options, size, Math.min(warmUpSeconds, seconds));
  const taken: LedgerBenchRound[] = [];
  for (let round = 0; round < rounds; round += 1) {
    onProgress?.(`${size} orders a transaction`, 2 * (done + round), 2 * batchSizes.length * rounds);
    taken.push(await measureRound(ledger, options, size, seconds));
  }
  return { ordersATransaction: size, rounds: taken, figures: figuresOf(taken) };
}

async function measureRound(
  ledger: BenchedLedger,
  options: LedgerBenchOptions,
  size: number,
  seconds: number,
): Promise<LedgerBenchRound> {
  const spent = await alternate(seconds, (side) => measureSlice(ledger, options.signal, side, size));
  const orders = spent.slices * ordersASlice;
  const measureOf = ({ ms, cpuMicros }: Spent): LedgerBenchMeasure => ({
    ordersPerSecond: orders / (ms / 1_000),
    cpuMicrosPerOrder: cpuMicros / orders,
  });
  return { bare: measureOf(spent.bare), ours: measureOf(spent.ours) };
}

/** Only the transactions are timed: tables are empty at the start, and orders made. */
async function measureSlice(
  ledger: BenchedLedger,
  signal: AbortSignal | undefined,
  side: Side,
  size: number,
): Promise<Spent> {
  if (signal?.aborted) throw new FluxError('interrupted', 'the bench was interrupted');
  await ledger.raw.empty();
  const calls: (() => Promise<unknown>)[] = [];
  for (let made = 0; made < ordersASlice; made += size) {
    const orders = ledger.orders(size);
    calls.push(side === 'bare' ? ledger.raw.prepare(orders) : () => ledger.record(orders));
  }
  const spent = await timeCalls(calls, inFlight);
  const { orders, lines } = await ledger.raw.count();
  if (orders !== ordersASlice || lines !== ordersASlice)
    throw new FluxError('invariant_violated', `${ordersASlice} orders were written, the ledger has ${orders}`);
  return spent;
}

/** Ratios are taken within a round, between neighbours in time, and only then the median. */
function figuresOf(taken: readonly LedgerBenchRound[]): LedgerBenchCase['figures'] {
  const over = (of: (round: LedgerBenchRound) => number): number => median(taken.map(of));
  return {
    barePerSecond: over(({ bare }) => bare.ordersPerSecond),
    oursPerSecond: over(({ ours }) => ours.ordersPerSecond),
    oursToBare: over(({ ours, bare }) => ours.ordersPerSecond / bare.ordersPerSecond),
    bareCpuMicros: over(({ bare }) => bare.cpuMicrosPerOrder),
    oursCpuMicros: over(({ ours }) => ours.cpuMicrosPerOrder),
  };
}
