import { type Static, Type } from 'typebox';

const count = Type.Integer();

/** What is read of `GET /stats`; the rest is let through unread. */
export const probeStats = Type.Object({
  controller: Type.Union([Type.Object({ holder: Type.String() }), Type.Null()]),
  lag: Type.Union([Type.Array(Type.Object({ lag: Type.String({ pattern: '^-?[0-9]+$' }) })), Type.Null()]),
  sales: Type.Array(
    Type.Object({
      saleId: Type.String(),
      openness: Type.String(),
      epoch: Type.Union([count, Type.Null()]),
      gate: Type.Union([
        Type.Object({
          products: Type.Array(Type.Object({ productId: Type.String(), total: count, free: count })),
          outbox: count,
        }),
        Type.Null(),
      ]),
      ledger: Type.Union([
        Type.Object({
          products: Type.Array(Type.Object({ productId: Type.String(), total: count, held: count, sold: count })),
          holds: Type.Object({ overdue: count }),
        }),
        Type.Null(),
      ]),
      waiting: Type.Union([count, Type.Null()]),
    }),
  ),
});
export type ProbeStats = Static<typeof probeStats>;

/** A value, or why nobody can say it now. */
export type Reading =
  | { readonly kind: 'value'; readonly value: number | string }
  | { readonly kind: 'unknown'; readonly why: string };

/** Everything that a probe may look at. Each is read when it is asked for. */
export interface ProbeSources {
  /** `GET /stats` of the server. @throws FluxError `server_unreachable` and others of AdminClient */
  stats(): Promise<ProbeStats>;
  /** Null where `GET /readyz` says yes, else why not. */
  whyNotReady(): Promise<string | null>;
  /** Letters that nobody has looked at. */
  deadLetters(): Promise<number>;
}

/** Which sale, and of a product its id. */
export interface ProbeTarget {
  readonly saleId: string;
  readonly of: string | null;
}

/** Something that can be asked. */
export interface ProbeFact {
  readonly means: string;
  readonly example: string;
  /** Whether it is one of each product. */
  readonly ofProduct: boolean;
  readonly read: (sources: ProbeSources, target: ProbeTarget) => Promise<Reading>;
}

type Sale = ProbeStats['sales'][number];

const unknown = (why: string): Reading => ({ kind: 'unknown', why });
const value = (read: number | string): Reading => ({ kind: 'value', value: read });

function ofSale(means: string, example: string, read: (sale: Sale, target: ProbeTarget) => Reading): ProbeFact {
  return {
    means,
    example,
    ofProduct: false,
    read: async (sources, target) => {
      const sale = (await sources.stats()).sales.find(({ saleId }) => saleId === target.saleId);
      return sale === undefined ? unknown(`the server knows no sale ${target.saleId}`) : read(sale, target);
    },
  };
}

const gateAway = 'the gate does not answer, or is being made anew';
const ledgerAway = 'the ledger does not answer';

function ofProduct(
  means: string,
  example: string,
  products: (sale: Sale) => readonly (Readonly<Record<string, unknown>> & { readonly productId: string })[] | undefined,
  field: string,
  away: string,
): ProbeFact {
  const fact = ofSale(means, example, (sale, { of }) => {
    const known = products(sale);
    if (known === undefined) return unknown(away);
    const found = known.find(({ productId }) => productId === of)?.[field];
    return typeof found === 'number' ? value(found) : unknown(`the sale has no product ${of}`);
  });
  return { ...fact, ofProduct: true };
}

/** Everything that `fluxgate probe` can ask. */
export const probeFacts = {
  ready: {
    means: 'yes where /readyz of the server (or of the worker at --url) says so',
    example: 'ready is yes',
    ofProduct: false,
    read: async (sources) => {
      const why = await sources.whyNotReady();
      return why === null ? value('yes') : value('no');
    },
  },
  controller: {
    means: 'yes where a process leads: it rebuilds gates and ends holds',
    example: 'controller is yes',
    ofProduct: false,
    read: async (sources) => value((await sources.stats()).controller === null ? 'no' : 'yes'),
  },
  lag: {
    means: 'records of the order log that the ledger does not have yet',
    example: 'lag is 0',
    ofProduct: false,
    read: async (sources) => {
      const { lag } = await sources.stats();
      if (lag === null || lag.length === 0) return unknown('the order log does not answer');
      return value(Number(lag.reduce((sum, partition) => sum + BigInt(partition.lag), 0n)));
    },
  },
  'dead-letters': {
    means: 'records that could not be recorded and wait for somebody',
    example: 'dead-letters is 0',
    ofProduct: false,
    read: async (sources) => value(await sources.deadLetters()),
  },
  sale: ofSale('open, scheduled, paused or closed', 'sale is open', ({ openness }) => value(openness)),
  epoch: ofSale('the generation of the gate; one more for each rebuild', 'epoch at-least 2', ({ epoch }) =>
    epoch === null ? unknown('the sale has no gate yet') : value(epoch),
  ),
  gate: ofSale('open, or rebuilding (also where it does not answer)', 'gate is open', ({ gate }) =>
    value(gate === null ? 'rebuilding' : 'open'),
  ),
  outbox: ofSale('orders that are held and not yet known to be in the order log', 'outbox is 0', ({ gate }) =>
    gate === null ? unknown(gateAway) : value(gate.outbox),
  ),
  waiting: ofSale('buyers in the waiting room', 'waiting below 1000', ({ waiting }) =>
    waiting === null ? unknown(gateAway) : value(waiting),
  ),
  'overdue-holds': ofSale('holds whose deadline is over', 'overdue-holds is 0', ({ ledger }) =>
    ledger === null ? unknown(ledgerAway) : value(ledger.holds.overdue),
  ),
  free: ofProduct('units that can be sold', 'free ticket above 0', ({ gate }) => gate?.products, 'free', gateAway),
  total: ofProduct(
    'units for sale, taken ones included',
    'total ticket is 1000',
    ({ ledger }) => ledger?.products,
    'total',
    ledgerAway,
  ),
  held: ofProduct('units held', 'held ticket is 0', ({ ledger }) => ledger?.products, 'held', ledgerAway),
  sold: ofProduct('units sold', 'sold ticket at-most 1000', ({ ledger }) => ledger?.products, 'sold', ledgerAway),
} as const satisfies Record<string, ProbeFact>;

export type ProbeName = keyof typeof probeFacts;
