import { Type } from '@fastify/type-provider-typebox';

const number = Type.Number();
const bigCount = Type.String({ pattern: '^-?[0-9]+$', description: 'Decimal: may be over 2^53' });
const numberOrNull = Type.Union([number, Type.Null()]);

/** What a dashboard shows. Further fields may come: readers ignore what they do not know. */
export const stats = Type.Object({
  serverId: Type.String(),
  at: Type.String({ format: 'date-time' }),
  controller: Type.Union([Type.Object({ holder: Type.String(), here: Type.Boolean() }), Type.Null()]),
  /** Null while the order log does not answer: then nobody knows it. */
  lag: Type.Union([
    Type.Array(Type.Object({ partition: number, end: bigCount, committed: bigCount, lag: bigCount })),
    Type.Null(),
  ]),
  /** What did not answer in time, and why. What was to be read there is null. */
  away: Type.Array(Type.Object({ name: Type.Enum(['ledger', 'order-log', 'gate']), why: Type.String() })),
  sales: Type.Array(
    Type.Object({
      saleId: Type.String(),
      configVersion: number,
      openness: Type.Enum(['open', 'scheduled', 'paused', 'closed']),
      opensAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
      epoch: numberOrNull,
      gate: Type.Union([
        Type.Object({
          products: Type.Array(
            Type.Object({ productId: Type.String(), total: number, totalVersion: number, free: number }),
          ),
          outbox: number,
          oldestUnsettledMs: number,
        }),
        Type.Null(),
      ]),
      ledger: Type.Union([
        Type.Object({
          products: Type.Array(Type.Object({ productId: Type.String(), total: number, held: number, sold: number })),
          holds: Type.Object({
            byAge: Type.Array(Type.Object({ underSeconds: numberOrNull, orders: number })),
            overdue: number,
            oldestMs: number,
          }),
        }),
        Type.Null(),
      ]),
      /** Null while the gate does not answer. */
      waiting: numberOrNull,
    }),
  ),
  queues: Type.Object({ waiting: number, appendsInFlight: number }),
  counts: Type.Record(Type.String(), number),
  http: Type.Object({
    waiting: number,
    eventClients: number,
    draining: Type.Boolean(),
    answers: Type.Array(
      Type.Object({
        route: Type.String(),
        outcome: Type.String(),
        count: number,
        ratePerSecond: number,
        p50Ms: number,
        p95Ms: number,
        p99Ms: number,
        maxMs: number,
        /** Of the last seconds alone: what a dashboard shows. */
        recent: Type.Object({ seconds: number, count: number, p50Ms: number, p95Ms: number, p99Ms: number }),
      }),
    ),
  }),
  process: Type.Object({
    version: Type.String(),
    /** Of `serve --workers`. */
    worker: numberOrNull,
    uptimeSeconds: number,
    cpuSeconds: number,
    rssBytes: number,
  }),
});
