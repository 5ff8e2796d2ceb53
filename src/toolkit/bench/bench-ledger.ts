import { FluxError } from '../../engine/domain/flux-error.ts';
import type { OrderRecord } from '../../engine/domain/order.ts';
import { checkFloors, ledgerFloors } from './bench-floors.ts';
import type { LedgerBenchCase, LedgerBenchResult } from './bench-ledger-result.ts';
import { thisMachine } from './bench-machine.ts';
import { compareSides, type Side, type Spent, timeCalls } from './compare-sides.ts';
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

const promisedBatch = 500;
/** What a quiet worker has in a batch, a busy one, and one that works off a backlog (orderLogLimits.batch). */
const cases: readonly LedgerBenchCase[] = [
  { ordersATransaction: 100 },
  { ordersATransaction: promisedBatch },
  { ordersATransaction: 2_000 },
];
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
    const compared = await compareSides({
      ...options,
      cases,
      nameOf: ({ ordersATransaction }) => `${ordersATransaction} orders a transaction`,
      warmUpSeconds,
      ordersASlice,
      slice: (side, { ordersATransaction }) => measureSlice(ledger, side, ordersATransaction),
    });
    const promised = compared.find(({ ordersATransaction }) => ordersATransaction === promisedBatch);
    const figures = { recordedToBare: promised?.figures.oursToBare ?? 0 };
    return {
      format: 'fluxgate-bench-ledger',
      version: 1,
      startedAt,
      machine: thisMachine(),
      seconds: options.seconds,
      cases: compared,
      figures,
      floors: checkFloors(figures, ledgerFloors),
      doubts: await doubts(),
    };
  } finally {
    await ledger.close();
  }
}

/** Only the transactions are timed: tables are empty at the start, and orders made. */
async function measureSlice(ledger: BenchedLedger, side: Side, size: number): Promise<Spent> {
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
