import { type Static, Type } from 'typebox';
import { behaviours, storyKinds, type WorldPlan } from '../plan/plan.ts';
import { links } from '../world/network.ts';

const closed = { additionalProperties: false } as const;
/** An hour of virtual time: no world of the simulator lasts as long. */
const ms = Type.Number({ minimum: 0, maximum: 3_600_000 });
const name = Type.String({ minLength: 1, maxLength: 20 });
/** Far above what any world has of anything; each of it costs steps. */
const count = Type.Integer({ minimum: 0, maximum: 100_000 });
const atLeastOne = Type.Integer({ minimum: 1, maximum: 100_000 });
/** Lists of a world that is drawn are shorter by a factor of ten. */
const mostOf = { buyers: 1_000, others: 100 } as const;

const process = Type.Object(
  {
    name,
    roles: Type.Array(Type.Enum(['serve', 'consume', 'control']), { minItems: 1, maxItems: 3 }),
    driftPpm: Type.Number({ minimum: -100_000, maximum: 100_000 }),
    offsetMs: Type.Number({ minimum: -3_600_000, maximum: 3_600_000 }),
  },
  closed,
);

const buyer = Type.Object(
  {
    nth: count,
    atMs: ms,
    behaviour: Type.Enum([...behaviours]),
    server: count,
    pauseMs: ms,
    lines: Type.Array(Type.Object({ product: count, quantity: atLeastOne }, closed), { minItems: 1, maxItems: 20 }),
  },
  closed,
);

const wish = { atMs: ms, server: count };
const operator = Type.Union([
  Type.Object({ ...wish, kind: Type.Enum(['pause', 'open', 'close']) }, closed),
  Type.Object({ ...wish, kind: Type.Literal('add_stock'), product: count, by: Type.Integer() }, closed),
  Type.Object({ ...wish, kind: Type.Literal('init_stock'), product: count, to: count }, closed),
  Type.Object({ ...wish, kind: Type.Literal('limit'), product: count, limitPerUser: atLeastOne }, closed),
  Type.Object({ ...wish, kind: Type.Literal('price'), product: count, priceMinor: count }, closed),
  Type.Object({ ...wish, kind: Type.Literal('rate'), perSecond: Type.Union([Type.Null(), atLeastOne]) }, closed),
]);

const trouble = Type.Union([
  Type.Object({ kind: Type.Enum(['refused', 'silent', 'answer_lost', 'answer_cut']) }, closed),
  Type.Object({ kind: Type.Enum(['late', 'twice']), ms }, closed),
]);

const fault = Type.Union([
  Type.Object(
    {
      ...{ atMs: ms, kind: Type.Literal('network'), process: Type.Union([Type.Null(), name]) },
      ...{ link: Type.Enum([...links]), trouble, percent: Type.Number({ minimum: 0, maximum: 100 }), forMs: ms },
    },
    closed,
  ),
  Type.Object({ atMs: ms, kind: Type.Enum(['kill', 'pause', 'deploy']), process: name, forMs: ms }, closed),
  Type.Object({ atMs: ms, kind: Type.Literal('pause_leader'), forMs: ms }, closed),
  Type.Object({ atMs: ms, kind: Type.Literal('clock_jump'), process: name, ms: Type.Number() }, closed),
  Type.Object({ atMs: ms, kind: Type.Enum(['gate_lose', 'gate_restart']) }, closed),
  Type.Object({ atMs: ms, kind: Type.Enum(['gate_down', 'gate_pause', 'gate_full']), forMs: ms }, closed),
  Type.Object({ atMs: ms, kind: Type.Enum(['gate_clock_jump', 'ledger_clock_jump']), ms: Type.Number() }, closed),
  Type.Object(
    {
      ...{ atMs: ms, kind: Type.Literal('gate_failover'), staleMs: ms, forMs: ms },
      stay: Type.Array(name, { maxItems: mostOf.others }),
    },
    closed,
  ),
  Type.Object(
    { atMs: ms, kind: Type.Enum(['ledger_down', 'ledger_pause', 'ledger_full', 'log_down', 'log_pause']), forMs: ms },
    closed,
  ),
  Type.Object({ atMs: ms, kind: Type.Literal('snapshot_cut'), pieces: atLeastOne, forMs: ms }, closed),
  Type.Object({ atMs: ms, kind: Type.Enum(['log_leader_lost', 'rebalance']) }, closed),
  Type.Object({ atMs: ms, kind: Type.Literal('offsets_back'), entries: count }, closed),
  Type.Object({ atMs: ms, kind: Type.Literal('slow_disk'), ms, forMs: ms }, closed),
  Type.Object({ atMs: ms, kind: Type.Literal('poison'), partition: count }, closed),
]);

const plan = Type.Object(
  {
    seed: Type.Integer({ minimum: 0, maximum: 2 ** 40, description: 'Decides every delay of the network.' }),
    confirmation: Type.Enum(['on_record', 'explicit']),
    holdSeconds: Type.Number({ minimum: 0, maximum: 3_600 }),
    admissionRate: Type.Union([Type.Null(), atLeastOne]),
    limitPerUser: atLeastOne,
    stock: Type.Array(count, { minItems: 1, maxItems: 20, description: 'Units of product-0, product-1 ...' }),
    partitions: Type.Integer({ minimum: 1, maximum: 64 }),
    placing: Type.Enum(['by_append', 'by_order']),
    serverLeaseMs: ms,
    appendDeadlineMs: ms,
    maxWaitingOrders: atLeastOne,
    processes: Type.Array(process, { minItems: 1, maxItems: 32 }),
    buyers: Type.Array(buyer, { maxItems: mostOf.buyers }),
    operators: Type.Array(operator, { maxItems: mostOf.others }),
    faults: Type.Array(fault, { maxItems: mostOf.others }),
    stories: Type.Optional(
      Type.Array(Type.Enum([...storyKinds]), {
        maxItems: mostOf.others,
        description: 'What some of the faults were drawn as; it changes nothing.',
      }),
    ),
    safetyMs: ms,
  },
  closed,
);

/** A world in a file: it stays the same world when the way in which seeds draw worlds changes. */
export const savedWorldSchema = Type.Object(
  {
    format: Type.Literal('fluxgate-world'),
    version: Type.Literal(1),
    bug: Type.Union([Type.Null(), Type.String()], { description: 'The planted bug that it ran with.' }),
    found: Type.Union(
      [Type.Null(), Type.Object({ invariant: Type.String(), kind: Type.String(), text: Type.String() }, closed)],
      { description: 'The promise that it broke when it was saved.' },
    ),
    plan,
  },
  closed,
);

type Written = Static<typeof savedWorldSchema>;

export interface SavedWorld {
  readonly format: 'fluxgate-world';
  readonly version: 1;
  readonly bug: string | null;
  readonly found: { readonly invariant: string; readonly kind: string; readonly text: string } | null;
  readonly plan: WorldPlan;
}

/** The compiler holds both ways: what a plan has can be written, and what is written is a plan. */
export function savedWorldOf(written: Written): SavedWorld {
  return written;
}
