import { FluxError } from '../../engine/domain/flux-error.ts';
import type { LogAppend, OrderLog } from '../../engine/ports/order-log.ts';
import { median } from './bench-figures.ts';
import { checkFloors, logFloors } from './bench-floors.ts';
import type { BenchLogMeasure, BenchLogRound, LogBenchResult } from './bench-log-result.ts';
import { thisMachine } from './bench-machine.ts';
import { openRawProduce, type RawProduce } from './raw-produce.ts';

/** The order log to measure, on a topic of its own. */
export interface BenchedLog {
  readonly log: OrderLog;
  readonly broker: string;
  readonly topic: string;
  /** Real records as a server writes them. */
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

/** Records in an append: what a quiet turn of the event loop has, what a crowded one has, and a full one's half. */
const batchSizes = [16, 100, 500] as const;
const promisedBatch = 100;
/** As many as the engine has (design.md section 4). */
const inFlight = 4;
/** Odd, so that the median is a measurement. */
const rounds = 3;
/** A broker that was just started compiles its own code in the first seconds; without this whoever is measured first looks slow. */
const warmUpSeconds = 2;
const appendDeadlineMs = 1_500;
/** Where the machine is quick a measurement ends before its time: all of them write 600 MB at most. */
const maxBytes = 32 * 1024 ** 2;

type Subject = keyof BenchLogRound;

/**
 * Measures in one run, in turn: our append through the port, and kafkajs alone with the same bytes.
 * @throws FluxError `interrupted`, `order_log_unreachable` where an append is not answered
 */
export async function benchLog(options: LogBenchOptions): Promise<LogBenchResult> {
  const startedAt = new Date().toISOString();
  const benched = await options.open();
  try {
    const raw = await openRawProduce({ ...benched, partitions: benched.log.partitions });
    try {
      return { ...(await measureAll(benched, raw, options)), startedAt };
    } finally {
      await raw.close();
    }
  } finally {
    await benched.close();
  }
}

async function measureAll(
  benched: BenchedLog,
  raw: RawProduce,
  options: LogBenchOptions,
): Promise<Omit<LogBenchResult, 'startedAt'>> {
  const subjects: Readonly<Record<Subject, (records: readonly LogAppend[]) => Promise<void>>> = {
    raw: (records) => raw.produce(records),
    ours: (records) => appendOrThrow(benched.log, records),
  };
  const all = batchSizes.length * rounds * 2;
  let done = 0;
  const measureOne = async (subject: Subject, size: number): Promise<BenchLogMeasure> => {
    options.onProgress?.(`${subject}, ${size} records an append`, done, all);
    done += 1;
    return measure(subjects[subject], benched.records, size, options.seconds, options.signal);
  };
  const sizes: LogBenchResult['sizes'][number][] = [];
  for (const size of batchSizes) {
    for (const send of Object.values(subjects))
      await measure(send, benched.records, size, warmUpSeconds, options.signal);
    const measured: BenchLogRound[] = [];
    for (let round = 0; round < rounds; round++) {
      // Whoever comes second finds a warmer broker: so each is second in turn.
      if (round % 2 === 0) measured.push({ raw: await measureOne('raw', size), ours: await measureOne('ours', size) });
      else measured.push({ ours: await measureOne('ours', size), raw: await measureOne('raw', size) });
    }
    sizes.push({ recordsAnAppend: size, rounds: measured, figures: figuresOf(measured) });
  }
  const promised = sizes.find(({ recordsAnAppend }) => recordsAnAppend === promisedBatch);
  const figures = { appendedToRaw: promised?.figures.oursToRaw ?? 0 };
  const bytes = benched.records.reduce((sum, record) => sum + record.bytes.length, 0);
  return {
    format: 'fluxgate-bench-log',
    version: 1,
    machine: thisMachine(),
    broker: benched.broker,
    inFlight,
    seconds: options.seconds,
    bytesARecord: Math.round(bytes / benched.records.length),
    sizes,
    figures,
    floors: checkFloors(figures, logFloors),
  };
}

async function appendOrThrow(log: OrderLog, records: readonly LogAppend[]): Promise<void> {
  const outcome = await log.append(records, appendDeadlineMs);
  if (outcome.kind === 'appended') return;
  throw new FluxError('order_log_unreachable', 'Kafka did not answer an append of the bench', {
    hint: 'fluxgate stack status',
    cause: outcome.cause,
  });
}

/** A closed loop: `inFlight` appends at any time until the time is over. */
async function measure(
  send: (records: readonly LogAppend[]) => Promise<void>,
  records: readonly LogAppend[],
  size: number,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<BenchLogMeasure> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const end = startedAt + seconds * 1_000;
  let appended = 0;
  let from = 0;
  let leftBytes = maxBytes;
  const lane = async (): Promise<void> => {
    while (performance.now() < end && leftBytes > 0) {
      if (signal?.aborted) throw new FluxError('interrupted', 'the bench was interrupted');
      if (from + size > records.length) from = 0;
      const batch = records.slice(from, from + size);
      from += size;
      for (const { bytes } of batch) leftBytes -= bytes.length;
      await send(batch);
      appended += size;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const tookSeconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { recordsPerSecond: appended / tookSeconds, cpuMicrosPerRecord: (user + system) / appended };
}

/** Ratios are taken within a round, between neighbours in time, and only then the median. */
function figuresOf(measured: readonly BenchLogRound[]) {
  const over = (of: (round: BenchLogRound) => number): number => median(measured.map(of));
  return {
    rawPerSecond: over(({ raw }) => raw.recordsPerSecond),
    oursPerSecond: over(({ ours }) => ours.recordsPerSecond),
    oursToRaw: over(({ ours, raw }) => ours.recordsPerSecond / raw.recordsPerSecond),
    rawCpuMicros: over(({ raw }) => raw.cpuMicrosPerRecord),
    oursCpuMicros: over(({ ours }) => ours.cpuMicrosPerRecord),
  };
}
