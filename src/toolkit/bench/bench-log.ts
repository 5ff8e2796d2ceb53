import { FluxError } from '../../engine/domain/flux-error.ts';
import type { LogAppend, OrderLog } from '../../engine/ports/order-log.ts';
import { checkFloors, logFloors } from './bench-floors.ts';
import type { LogBenchCase, LogBenchResult } from './bench-log-result.ts';
import { thisMachine } from './bench-machine.ts';
import { compareSides, timeCalls } from './compare-sides.ts';
import { openRawProduce } from './raw-produce.ts';

/** The order log to measure, on a topic of its own. */
export interface BenchedLog {
  readonly log: OrderLog;
  readonly broker: string;
  readonly topic: string;
  /** Real records as a server writes them: a multiple of every size of an append. */
  readonly records: readonly LogAppend[];
  /** Removes the topic, too. */
  close(): Promise<void>;
}

export interface LogBenchOptions {
  /** Of each measurement. */
  readonly seconds: number;
  readonly open: () => Promise<BenchedLog>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (what: string, done: number, of: number) => void;
}

const promisedBatch = 100;
/** What a quiet turn of the event loop has, what a crowded one has, and a full one's half. */
const cases: readonly LogBenchCase[] = [
  { recordsAnAppend: 16 },
  { recordsAnAppend: promisedBatch },
  { recordsAnAppend: 500 },
];
/** As many as the engine has (design.md section 4). */
const inFlight = 4;
/** A multiple of every size, and of the largest enough to keep `inFlight` of them under way. */
const recordsASlice = 8_000;
/** Where the machine is quick a round ends before its time: all of them write about 1 GB at most. */
const slicesARound = 16;
/** A broker that was just started compiles its own code in the first seconds; without this whoever is measured first looks slow. */
const warmUpSeconds = 2;
const appendDeadlineMs = 1_500;

/**
 * Measures in one run, in turn: our append through the port, and kafkajs alone with the same bytes.
 * @throws FluxError `interrupted`, `order_log_unreachable` where an append is not answered
 */
export async function benchLog(options: LogBenchOptions): Promise<LogBenchResult> {
  const startedAt = new Date().toISOString();
  const benched = await options.open();
  const { log, broker, records } = benched;
  try {
    const raw = await openRawProduce({ ...benched, partitions: log.partitions });
    try {
      const compared = await compareSides({
        ...options,
        cases,
        nameOf: ({ recordsAnAppend }) => `${recordsAnAppend} records an append`,
        warmUpSeconds,
        ordersASlice: recordsASlice,
        slicesARound,
        slice(side, { recordsAnAppend }) {
          const send = side === 'bare' ? raw.produce : (batch: readonly LogAppend[]) => appendOrThrow(log, batch);
          return timeCalls(callsOf(send, records, recordsAnAppend), inFlight);
        },
      });
      const promised = compared.find(({ recordsAnAppend }) => recordsAnAppend === promisedBatch);
      const figures = { appendedToBare: promised?.figures.oursToBare ?? 0 };
      const bytes = records.reduce((sum, record) => sum + record.bytes.length, 0);
      return {
        format: 'fluxgate-bench-log',
        version: 1,
        startedAt,
        machine: thisMachine(),
        broker,
        inFlight,
        seconds: options.seconds,
        bytesARecord: Math.round(bytes / records.length),
        cases: compared,
        figures,
        floors: checkFloors(figures, logFloors),
        doubts: [], // nobody here sees what the broker's processor time is, and so not what others had
      };
    } finally {
      await raw.close();
    }
  } finally {
    await benched.close();
  }
}

/** The same records again and again, `size` a call. */
function callsOf(
  send: (batch: readonly LogAppend[]) => Promise<void>,
  records: readonly LogAppend[],
  size: number,
): (() => Promise<void>)[] {
  return Array.from({ length: recordsASlice / size }, (_, n) => {
    const from = (n * size) % records.length;
    const batch = records.slice(from, from + size);
    return () => send(batch);
  });
}

async function appendOrThrow(log: OrderLog, records: readonly LogAppend[]): Promise<void> {
  const outcome = await log.append(records, appendDeadlineMs);
  if (outcome.kind === 'appended') return;
  throw new FluxError('order_log_unreachable', 'Kafka did not answer an append of the bench', {
    hint: 'fluxgate stack status',
    cause: outcome.cause,
  });
}
