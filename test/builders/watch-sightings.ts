import type { Seen, Sighting, StatsSeen } from '../../src/toolkit/watch/sighting.ts';
import { nothingSeen, see, type WatchState } from '../../src/toolkit/watch/watch-state.ts';

/** When the sightings of these tests begin. */
export const startMs = Date.UTC(2026, 10, 27, 9, 0, 0);

type SaleSeen = StatsSeen['sales'][number];

export interface StatsWish {
  readonly saleId?: string;
  readonly total?: number;
  readonly free?: number;
  readonly held?: number;
  readonly sold?: number;
  readonly accepted?: number;
  readonly refused?: number;
  readonly unclear?: number;
  readonly lag?: readonly number[] | null;
  readonly serverId?: string;
  readonly sale?: Partial<SaleSeen>;
  readonly away?: StatsSeen['away'];
  readonly worker?: number;
}

function answer(outcome: string, count: number, p50Ms: number): StatsSeen['http']['answers'][number] {
  return {
    route: 'POST /order',
    outcome,
    count,
    recent: { count: Math.min(count, 300), p50Ms, p95Ms: p50Ms * 2.5, p99Ms: p50Ms * 6 },
  };
}

/** What a server says of a sale of tickets; at rest unless wished otherwise. */
export function statsOf(wish: StatsWish = {}): StatsSeen {
  const { total = 1_000, free = 800, held = 0, accepted = 0, refused = 0, unclear = 0, lag = [0, 0, 0, 0] } = wish;
  const { sold = total - free - held } = wish;
  return {
    serverId: wish.serverId ?? 'server-1',
    controller: { holder: 'box:4242/server-1' },
    lag: lag === null ? null : lag.map((records, partition) => ({ partition, lag: String(records) })),
    away: wish.away ?? [],
    sales: [
      {
        saleId: wish.saleId ?? 'black-friday',
        openness: 'open',
        epoch: 3,
        gate: { products: [{ productId: 'ticket', total, free }], outbox: 0, oldestUnsettledMs: 0 },
        ledger: {
          products: [{ productId: 'ticket', total, held, sold }],
          holds: { byAge: heldFor(held), overdue: 0, oldestMs: held > 0 ? 48_000 : 0 },
        },
        waiting: 0,
        ...wish.sale,
      },
    ],
    http: {
      waiting: 0,
      draining: false,
      answers: [
        answer('accepted', accepted, 3.4),
        answer('sold_out', refused, 0.6),
        ...(unclear > 0 ? [answer('unknown', unclear, 1_500)] : []),
        { route: 'GET /stats', outcome: 'stats', count: 12, recent: { count: 10, p50Ms: 2, p95Ms: 3, p99Ms: 4 } },
      ],
    },
    process: {
      version: '0.1.0',
      worker: wish.worker ?? null,
      uptimeSeconds: 75,
      cpuSeconds: 12,
      rssBytes: 180_000_000,
    },
  };
}

function heldFor(held: number): { underSeconds: number | null; orders: number }[] {
  const bounds = [10, 60, 300, 900, 3_600, null];
  return bounds.map((underSeconds, n) => ({
    underSeconds,
    orders: n === 0 ? Math.ceil(held / 3) : n === 1 ? held - Math.ceil(held / 3) : 0,
  }));
}

/** A reading `second` seconds after the start. */
export function reading(second: number, wish: StatsWish = {}): Seen<'stats'> {
  return { kind: 'stats', atMs: startMs + second * 1_000, server: 'http://127.0.0.1:3000', stats: statsOf(wish) };
}

export function seen(sightings: readonly Sighting[]): WatchState {
  return sightings.reduce(see, nothingSeen);
}

/** A minute of a sale that goes well: stock falls, then everybody is refused. */
export function aGoodMinute(): readonly Sighting[] {
  return Array.from({ length: 60 }, (_, second): Sighting => {
    const gone = Math.min(1_000, Math.round(second ** 1.6));
    return reading(second, {
      free: 1_000 - gone,
      held: Math.min(45, gone),
      accepted: gone,
      refused: Math.max(0, second - 20) ** 2 * 3,
    });
  });
}

/** The same minute with Redis killed at second 20: the gate is rebuilt, kafka is slow, and the log says so. */
export function aBadMinute(): readonly Sighting[] {
  const at = (second: number) => startMs + second * 1_000;
  const broken: Sighting[] = aGoodMinute().map((sighting, second) => {
    if (sighting.kind !== 'stats' || second < 20 || second > 30) return sighting;
    const [sale] = sighting.stats.sales;
    if (sale === undefined) return sighting;
    return {
      ...sighting,
      stats: {
        ...sighting.stats,
        lag: [12, 0, 4_100, 7].map((records, partition) => ({ partition, lag: String(records) })),
        away: [{ name: 'gate', why: 'no answer within 1.5 s' }],
        sales: [{ ...sale, gate: null, epoch: 4 }],
      },
    };
  });
  return [
    ...broken,
    {
      kind: 'processes',
      atMs: at(58),
      processes: [
        {
          name: 'redis',
          where: '127.0.0.1:6401',
          pid: 123,
          healthy: false,
          why: 'it does not answer: connect ECONNREFUSED',
        },
        { name: 'kafka', where: '127.0.0.1:9401', pid: 124, healthy: true, why: null },
        { name: 'postgres', where: '127.0.0.1:5401', pid: 125, healthy: true, why: null },
        { name: 'serve', where: 'http://127.0.0.1:3000', pid: 126, healthy: true, why: null },
        { name: 'worker', where: 'http://127.0.0.1:3001', pid: null, healthy: true, why: null },
      ],
    },
    { kind: 'fault', atMs: at(20), fault: { id: 'a', title: 'kill redis', phase: 'on' } },
    { kind: 'fault', atMs: at(30), fault: { id: 'a', title: 'kill redis', phase: 'off' } },
    { kind: 'fault', atMs: at(50), fault: { id: 'b', title: 'latency kafka 200 ms', phase: 'on' } },
    {
      kind: 'log',
      atMs: at(22),
      source: 'serve',
      lines: Array.from({ length: 12 }, (_, n) =>
        JSON.stringify({
          level: 40,
          time: at(20 + n),
          flow: 'hold',
          err: { code: 'gate_unreachable' },
          msg: 'a flow failed and goes on',
        }),
      ),
    },
    { kind: 'log', atMs: at(50), source: 'kafka', lines: ['[2026-11-27 09:00:50] INFO broker 1 is slow'] },
    {
      kind: 'verify',
      atMs: at(45),
      verify: {
        verdict: 'inconclusive',
        summary: 'the sale goes on: gate and log changed while the ledger was read',
        tookMs: 800,
        invariants: ['no-oversell', 'conservation', 'no-lost-order', 'no-duplicate', 'limits', 'liveness'].map(
          (name) => ({
            name,
            verdict: name === 'conservation' ? 'inconclusive' : 'holds',
            findings: 0,
          }),
        ),
        findings: [],
      },
    },
  ];
}
