import { type ByClass, countAnswers, mapClasses, noAnswers } from './answer-classes.ts';
import { type CounterCheck, checkCounters } from './counter-check.ts';
import { readableLine } from './readable-line.ts';
import type { FaultSeen, ProcessSeen, Seen, Sighting, StatsSeen, VerifySeen } from './sighting.ts';
import { watchLimits } from './watch-limits.ts';

export interface ServerSeen {
  /** Its address, with the number of the worker where several stand behind it. */
  readonly name: string;
  readonly stats: StatsSeen;
  readonly statsAtMs: number;
  /** Of one core, between the last two readings; null before the second. */
  readonly cpuShare: number | null;
}

/** One moment of the curves. Null where the server kept silent. */
export interface Sample {
  readonly atMs: number;
  readonly perSecond: ByClass | null;
  /** Free units of all products, by sale. */
  readonly free: ReadonlyMap<string, number>;
}

export interface FaultSpan {
  readonly id: string;
  readonly title: string;
  readonly fromMs: number;
  /** Null while it goes on. */
  readonly toMs: number | null;
  readonly failed: boolean;
}

export interface LogLine {
  readonly atMs: number;
  readonly source: string;
  readonly line: string;
}

/** Everything that has been seen, as far as a dashboard shows it. */
export interface WatchState {
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly server: ServerSeen | null;
  /** Since when the server has not answered, and why. */
  readonly silence: { readonly sinceMs: number; readonly why: string } | null;
  readonly counters: ReadonlyMap<string, CounterCheck>;
  /** Answers to orders since the first server that was seen had started, over its restarts. */
  readonly answers: ByClass;
  readonly samples: readonly Sample[];
  readonly processes: { readonly atMs: number; readonly processes: readonly ProcessSeen[] } | null;
  readonly verify: { readonly atMs: number; readonly verify: VerifySeen } | null;
  readonly faults: readonly FaultSpan[];
  readonly log: readonly LogLine[];
}

export const nothingSeen: WatchState = {
  firstMs: null,
  lastMs: null,
  server: null,
  silence: null,
  counters: new Map(),
  answers: noAnswers,
  samples: [],
  processes: null,
  verify: null,
  faults: [],
  log: [],
};

/** What is known after one more sighting. Pure: live and replay are the same fold. */
export function see(state: WatchState, sighting: Sighting): WatchState {
  const next = {
    ...state,
    firstMs: state.firstMs ?? sighting.atMs,
    lastMs: Math.max(state.lastMs ?? 0, sighting.atMs),
  };
  switch (sighting.kind) {
    case 'stats':
      return seeStats(next, sighting);
    case 'silence':
      return {
        ...next,
        silence: { sinceMs: state.silence?.sinceMs ?? sighting.atMs, why: sighting.why },
        samples: last(
          [...state.samples, { atMs: sighting.atMs, perSecond: null, free: new Map() }],
          watchLimits.samples,
        ),
      };
    case 'processes':
      return { ...next, processes: { atMs: sighting.atMs, processes: sighting.processes } };
    case 'verify':
      return { ...next, verify: { atMs: sighting.atMs, verify: sighting.verify } };
    case 'fault':
      return { ...next, faults: last(seeFault(state.faults, sighting.fault, sighting.atMs), watchLimits.faults) };
    case 'log': {
      const { atMs, source, lines } = sighting;
      const fresh = last(lines, watchLimits.logLines).map((line) => ({ atMs, source, line: readableLine(line) }));
      return { ...next, log: last([...state.log, ...fresh], watchLimits.logLines) };
    }
    default:
      return sighting satisfies never;
  }
}

function seeStats(state: WatchState, { atMs, server, stats }: Seen<'stats'>): WatchState {
  const before = state.server;
  const counts = countAnswers(stats);
  // A server that started in between counts from zero: all that it has is new.
  const base = before?.stats.serverId === stats.serverId ? countAnswers(before.stats) : noAnswers;
  const fresh = mapClasses((one) => Math.max(0, counts[one] - base[one]));
  const elapsedMs = before === null ? 0 : atMs - before.statsAtMs;
  const worker = stats.process.worker;
  const sameProcess = before !== null && before.stats.serverId === stats.serverId && elapsedMs > 0;
  const cpuSeconds = sameProcess ? stats.process.cpuSeconds - before.stats.process.cpuSeconds : 0;
  return {
    ...state,
    server: {
      name: worker === null ? server : `${server} worker ${worker}`,
      stats,
      statsAtMs: atMs,
      cpuShare: sameProcess ? (cpuSeconds * 1_000) / elapsedMs : null,
    },
    silence: null,
    counters: new Map(
      stats.sales.map((sale) => [sale.saleId, checkCounters(sale, stats.lag, atMs, state.counters.get(sale.saleId))]),
    ),
    answers: before === null ? counts : mapClasses((one) => state.answers[one] + fresh[one]),
    samples: last(
      [
        ...state.samples,
        {
          atMs,
          perSecond: elapsedMs > 0 ? mapClasses((one) => (fresh[one] * 1_000) / elapsedMs) : null,
          free: new Map(stats.sales.flatMap((sale) => freeOf(sale))),
        },
      ],
      watchLimits.samples,
    ),
  };
}

function freeOf({ saleId, gate }: StatsSeen['sales'][number]): readonly (readonly [string, number])[] {
  return gate === null ? [] : [[saleId, gate.products.reduce((sum, { free }) => sum + free, 0)]];
}

function seeFault(faults: readonly FaultSpan[], { id, title, phase }: FaultSeen, atMs: number): readonly FaultSpan[] {
  if (phase === 'on') return [...faults, { id, title, fromMs: atMs, toMs: null, failed: false }];
  return faults.map((fault) =>
    fault.id === id && fault.toMs === null ? { ...fault, toMs: atMs, failed: phase === 'failed' } : fault,
  );
}

function last<Item>(items: readonly Item[], count: number): readonly Item[] {
  return items.length > count ? items.slice(-count) : items;
}
