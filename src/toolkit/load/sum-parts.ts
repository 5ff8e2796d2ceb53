import type { HistoryOutcome } from '../history/history-entry.ts';
import { type EncodedBook, LatencyBook } from './latency-book.ts';
import type { LoadPart, PartSlice } from './load-part.ts';
import type { GeneratorReport, LoadResult, LoadSlice, OutcomeReport } from './load-result.ts';

type Outcomes<Value> = Partial<Record<HistoryOutcome, Value>>;

/** The slices of a run, but for what was planned in them. */
export type SummedSlice = Omit<LoadSlice, 'planned'>;

/** Error texts told; a page has room for no more. */
const errorTextsTold = 20;

/** Latency and service of every outcome over all parts, and of all outcomes together. */
export function sumOutcomes(parts: readonly LoadPart[]): {
  readonly all: OutcomeReport;
  readonly outcomes: Outcomes<OutcomeReport>;
} {
  const outcomes: Outcomes<OutcomeReport> = {};
  const all = { latency: new LatencyBook(), service: new LatencyBook() };
  for (const outcome of outcomesIn(parts.map((part) => part.outcomes))) {
    const books = parts.flatMap((part) => part.outcomes[outcome] ?? []);
    const latency = sumBooks(books.map((book) => book.latency));
    const service = sumBooks(books.map((book) => book.service));
    outcomes[outcome] = outcomeReport(latency, service);
    all.latency.add(latency);
    all.service.add(service);
  }
  return { all: outcomeReport(all.latency, all.service), outcomes };
}

export function sumBehaviours(parts: readonly LoadPart[]): LoadResult['behaviours'] {
  const sum: Record<string, { arrived: number; answers: Outcomes<number> }> = {};
  for (const [name, { arrived, answers }] of parts.flatMap(({ behaviours }) => Object.entries(behaviours))) {
    const of = sum[name] ?? { arrived: 0, answers: {} };
    sum[name] = { arrived: of.arrived + arrived, answers: sumCounts([of.answers, answers]) };
  }
  return sum;
}

export function sumCalls(parts: readonly LoadPart[]): LoadResult['calls'] {
  const kinds = new Set(parts.flatMap(({ calls }) => Object.keys(calls)));
  const sums = [...kinds].map((kind): [string, LoadResult['calls'][string]] => {
    const of = parts.flatMap(({ calls }) => calls[kind] ?? []);
    const latencyMs = sumBooks(of.map(({ latency }) => latency)).summary();
    return [kind, { n: latencyMs.n, failed: total(of, ({ failed }) => failed), latencyMs }];
  });
  return Object.fromEntries(sums);
}

export function sumErrors(parts: readonly LoadPart[]): LoadResult['errors'] {
  const sum = new Map<string, number>();
  for (const { error, n } of parts.flatMap((part) => part.errors)) sum.set(error, (sum.get(error) ?? 0) + n);
  return [...sum]
    .map(([error, n]) => ({ error, n }))
    .sort((a, b) => b.n - a.n)
    .slice(0, errorTextsTold);
}

/** One slice of all parts together: the n-th of each is the same stretch of time. */
export function sumSlices(parts: readonly LoadPart[]): SummedSlice[] {
  const length = Math.max(0, ...parts.map((part) => part.slices.length));
  return Array.from({ length }, (_, n) => sumSlice(parts.flatMap((part) => part.slices[n] ?? [])));
}

function sumSlice(slices: readonly PartSlice[]): SummedSlice {
  const latency: Outcomes<string> = {};
  for (const outcome of outcomesIn(slices.map((slice) => slice.latency))) {
    const [first, ...others] = slices.flatMap((slice) => slice.latency[outcome] ?? []);
    if (first === undefined) continue;
    // one part is the usual case, and its text is the sum already
    latency[outcome] = others.length === 0 ? first.histogram : sumBooks([first, ...others]).encode().histogram;
  }
  return {
    arrived: total(slices, (slice) => slice.arrived),
    sent: total(slices, (slice) => slice.sent),
    retries: total(slices, (slice) => slice.retries),
    dropped: total(slices, (slice) => slice.dropped),
    late: total(slices, (slice) => slice.late),
    inFlight: total(slices, (slice) => slice.inFlight),
    answers: sumCounts(slices.map((slice) => slice.answers)),
    latency,
    generator: {
      sendLagMs: sumBooks(slices.map((slice) => slice.sendLag)).summary(),
      eventLoopDelayMaxMs: worst(slices, (slice) => slice.eventLoopDelayMaxMs),
      cpuCores: total(slices, (slice) => slice.cpuCores),
      busy: worst(slices, (slice) => slice.busy),
    },
  };
}

/** Send lags are added up; of loop delay and busyness the worst process stands for all. Who is to be doubted is judged elsewhere. */
export function sumGenerator(parts: readonly LoadPart[]): Omit<GeneratorReport, 'died' | 'bottleneck'> {
  return {
    processes: parts.map(({ arrived, sent, sendLag, eventLoopDelayMs, cpuCores, busy }) => ({
      ...{ arrived, sent, eventLoopDelayMs: { ...eventLoopDelayMs }, cpuCores, busy },
      sendLagMs: LatencyBook.decode(sendLag).summary(),
    })),
    sendLagMs: sumBooks(parts.map((part) => part.sendLag)).summary(),
    eventLoopDelayMs: {
      p50: worst(parts, (part) => part.eventLoopDelayMs.p50),
      p99: worst(parts, (part) => part.eventLoopDelayMs.p99),
      max: worst(parts, (part) => part.eventLoopDelayMs.max),
    },
    cpuCores: total(parts, (part) => part.cpuCores),
    busy: worst(parts, (part) => part.busy),
  };
}

export function total<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

export function worst<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((most, item) => Math.max(most, of(item)), 0);
}

export function sumBooks(books: readonly EncodedBook[]): LatencyBook {
  const sum = new LatencyBook();
  for (const book of books) sum.add(LatencyBook.decode(book));
  return sum;
}

function outcomeReport(latency: LatencyBook, service: LatencyBook): OutcomeReport {
  return {
    latencyMs: latency.summary(),
    serviceMs: service.summary(),
    histograms: { latency: latency.encode().histogram, service: service.encode().histogram },
  };
}

function outcomesIn(records: readonly Outcomes<unknown>[]): HistoryOutcome[] {
  // the keys are outcomes: that is what the records are made of
  return [...new Set(records.flatMap((record) => Object.keys(record) as HistoryOutcome[]))];
}

export function sumCounts(counts: readonly Readonly<Outcomes<number>>[]): Outcomes<number> {
  const sum: Outcomes<number> = {};
  for (const outcome of outcomesIn(counts)) sum[outcome] = total(counts, (each) => each[outcome] ?? 0);
  return sum;
}
