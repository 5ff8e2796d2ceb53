import { type Static, Type } from 'typebox';

const number = Type.Number();
const text = Type.String();
const numberOrNull = Type.Union([number, Type.Null()]);
const atMs = Type.Integer({ description: 'When it was seen, in milliseconds since 1970' });

/** What is read of GET /stats; the rest is let through unread, and left out of a recording. */
export const statsSeen = Type.Object({
  serverId: text,
  controller: Type.Union([Type.Object({ holder: text }), Type.Null()]),
  lag: Type.Union([Type.Array(Type.Object({ partition: number, lag: text })), Type.Null()]),
  away: Type.Array(Type.Object({ name: text, why: text })),
  sales: Type.Array(
    Type.Object({
      saleId: text,
      openness: text,
      epoch: numberOrNull,
      gate: Type.Union([
        Type.Object({
          products: Type.Array(Type.Object({ productId: text, total: number, free: number })),
          outbox: number,
          oldestUnsettledMs: number,
        }),
        Type.Null(),
      ]),
      ledger: Type.Union([
        Type.Object({
          products: Type.Array(Type.Object({ productId: text, total: number, held: number, sold: number })),
          holds: Type.Object({
            byAge: Type.Array(Type.Object({ underSeconds: numberOrNull, orders: number })),
            overdue: number,
            oldestMs: number,
          }),
        }),
        Type.Null(),
      ]),
      waiting: numberOrNull,
    }),
  ),
  http: Type.Object({
    waiting: number,
    draining: Type.Boolean(),
    answers: Type.Array(
      Type.Object({
        route: text,
        outcome: text,
        count: number,
        recent: Type.Object({ count: number, p50Ms: number, p95Ms: number, p99Ms: number }),
      }),
    ),
  }),
  process: Type.Object({
    version: text,
    worker: numberOrNull,
    uptimeSeconds: number,
    cpuSeconds: number,
    rssBytes: number,
  }),
});
export type StatsSeen = Static<typeof statsSeen>;
export type SaleSeen = StatsSeen['sales'][number];

const processSeen = Type.Object({
  name: text,
  where: Type.String({ description: 'Address, or what else tells it from others' }),
  pid: numberOrNull,
  healthy: Type.Boolean(),
  why: Type.Union([text, Type.Null()], { description: 'Of an unhealthy one' }),
});
export type ProcessSeen = Static<typeof processSeen>;

/** How `fluxgate verify` ended. */
const verifySeen = Type.Object({
  verdict: Type.Union([
    Type.Literal('holds'),
    Type.Literal('violated'),
    Type.Literal('inconclusive'),
    Type.Literal('off', { description: 'Nobody runs it; `summary` says why' }),
  ]),
  summary: text,
  tookMs: number,
  invariants: Type.Array(Type.Object({ name: text, verdict: text, findings: number })),
  findings: Type.Array(Type.Object({ invariant: text, text: text, look: text }), { maxItems: 20 }),
});
export type VerifySeen = Static<typeof verifySeen>;

const faultSeen = Type.Object({
  id: text,
  title: text,
  phase: Type.Union([Type.Literal('on'), Type.Literal('off'), Type.Literal('failed')]),
});
export type FaultSeen = Static<typeof faultSeen>;

/**
 * One thing that was seen, at its moment. A dashboard is what all sightings so far come to, live and from a recording alike:
 * a recording is these, one a line.
 */
export const sighting = Type.Union([
  Type.Object(
    { kind: Type.Literal('stats'), atMs, server: text, stats: statsSeen },
    { description: 'The server answered: what GET /stats said (docs/http.md)' },
  ),
  Type.Object(
    { kind: Type.Literal('silence'), atMs, server: text, why: text },
    { description: 'The server did not answer' },
  ),
  Type.Object(
    { kind: Type.Literal('processes'), atMs, processes: Type.Array(processSeen) },
    { description: 'A look at everything that belongs to the sale' },
  ),
  Type.Object({ kind: Type.Literal('verify'), atMs, verify: verifySeen }, { description: 'A run of verify ended' }),
  Type.Object(
    { kind: Type.Literal('fault'), atMs, fault: faultSeen },
    { description: 'An experiment made a fault, or took it back' },
  ),
  Type.Object(
    { kind: Type.Literal('log'), atMs, source: text, lines: Type.Array(text) },
    { description: 'Lines of a log' },
  ),
]);
export type Sighting = Static<typeof sighting>;
export type Seen<Kind extends Sighting['kind']> = Extract<Sighting, { readonly kind: Kind }>;
