import { type Static, Type } from 'typebox';
import { idLimits, saleIdPattern } from '../../engine/domain/ids.ts';
import { orderLimits } from '../../engine/domain/order.ts';
import { confirmations, saleLimits } from '../../engine/domain/sale.ts';
import { historyOutcomes } from '../history/history-entry.ts';

/** Every object of the file: an unknown key is an error, never silence. */
const closed = { additionalProperties: false } as const;

const product = Type.Object(
  {
    productId: Type.String({ minLength: 1, maxLength: idLimits.productId }),
    quantity: Type.Integer({ minimum: 0, maximum: saleLimits.quantity, description: 'Free units at the start.' }),
    limitPerUser: Type.Optional(
      Type.Integer({ minimum: 1, maximum: orderLimits.quantity, description: 'Left out: no limit.' }),
    ),
    price: Type.Optional(
      Type.String({ pattern: '^\\d{1,15}(\\.\\d{1,4})?\\s?[A-Z]{3}$', description: 'Like 49.00EUR; default 1.00EUR.' }),
    ),
  },
  closed,
);

const sale = Type.Object(
  {
    saleId: Type.Optional(
      Type.String({
        pattern: saleIdPattern.source,
        description: 'Left out: every run makes a sale of its own.',
      }),
    ),
    // a scenario of more products says nothing that one of 20 does not, and its stock is shown a product a line
    products: Type.Array(product, { minItems: 1, maxItems: 20 }),
    admissionRate: Type.Optional(
      Type.Integer({ minimum: 1, maximum: saleLimits.admissionRate, description: 'Orders admitted a second.' }),
    ),
    confirmation: Type.Optional(Type.Enum([...confirmations])),
  },
  closed,
);

/** Far above what one generating process can send: a plan of more is a mistake in the file. */
const rateOf = (description: string) => Type.Number({ minimum: 0, maximum: 100_000, description });
/** A day; longer runs are soak tests of another kind. */
const secondsOf = (description: string) => Type.Number({ exclusiveMinimum: 0, maximum: 86_400, description });
const ratePerSecond = rateOf('Buyers a second.');
const forSeconds = secondsOf('How long the stage takes.');

const spike = Type.Object(
  {
    from: Type.Optional(rateOf('Buyers a second before and after; default 0.')),
    peak: rateOf('Buyers a second at the top.'),
    riseSeconds: secondsOf('From `from` to `peak`.'),
    holdSeconds: Type.Optional(secondsOf('How long the top lasts; left out: a point.')),
    fallSeconds: secondsOf('From `peak` back to `from`.'),
  },
  { ...closed, description: 'Up to a peak and down again.' },
);
const replay = Type.Object(
  {
    file: Type.String({
      minLength: 1,
      maxLength: 1_000,
      description: 'Moments in seconds, one a line, or a history of ours (NDJSON); relative to the scenario file.',
    }),
    speed: Type.Optional(
      Type.Number({ minimum: 0.01, maximum: 1_000, description: '2 plays the recording twice as fast; default 1.' }),
    ),
  },
  { ...closed, description: 'Buyers come as others once came.' },
);
const stage = Type.Object(
  {
    constant: Type.Optional(Type.Object({ ratePerSecond, forSeconds }, { ...closed, description: 'One rate.' })),
    ramp: Type.Optional(
      Type.Object(
        { from: rateOf('Buyers a second at the start.'), to: rateOf('Buyers a second at the end.'), forSeconds },
        { ...closed, description: 'From one rate to another, evenly.' },
      ),
    ),
    spike: Type.Optional(spike),
    poisson: Type.Optional(
      Type.Object(
        { ratePerSecond, forSeconds },
        { ...closed, description: 'One rate on average; people come independently of each other, so they bunch.' },
      ),
    ),
    replay: Type.Optional(replay),
  },
  { ...closed, minProperties: 1, maxProperties: 1, description: 'One stage; stages follow each other.' },
);

const weight = Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000 }));
const weights = { plain: weight, 'double-click': weight, 'over-limit': weight, retry: weight, 'two-lines': weight };

/** What buyers do; planArrival (buyer-plan.ts) says how. */
export type Behaviour = keyof typeof weights;
// The keys of an object that is made right above.
export const behaviours = Object.keys(weights) as readonly Behaviour[];

const buyers = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: 10_000_000, description: 'Distinct buyers; they come again in turn.' }),
    behaviours: Type.Optional(
      Type.Object(weights, {
        ...closed,
        description:
          'Weights. plain: one order of one unit. double-click: the same request with the same key twice at once. ' +
          'over-limit: one unit beyond the limit, with new keys. retry: tries again with the same key after 429, 503 ' +
          'and lost connections. two-lines: one order of two products.',
      }),
    ),
  },
  closed,
);

const milliseconds = Type.Number({ exclusiveMinimum: 0 });
const thresholds = Type.Object(
  {
    maxErrorRate: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Errors and dropped requests, as a part of all requests.' }),
    ),
    p99Ms: Type.Optional(
      Type.Object(Object.fromEntries(historyOutcomes.map((outcome) => [outcome, Type.Optional(milliseconds)])), {
        ...closed,
        description: 'Latency from the scheduled time, an outcome each.',
      }),
    ),
    minGoodputPerSecond: Type.Optional(
      Type.Number({ minimum: 0, description: 'Accepted orders a second, over the whole run.' }),
    ),
  },
  closed,
);

const limits = Type.Object(
  {
    maxInFlight: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 20_000, description: 'Requests under way at once; more are dropped.' }),
    ),
    hardStopSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 90_000 })),
    requestTimeoutMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 600_000 })),
  },
  closed,
);

/** A scenario file, as it is written. */
export const scenarioSchema = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200 }),
    why: Type.Optional(Type.String({ maxLength: 2_000, description: 'What the scenario is to show.' })),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 })),
    sale,
    // more stages than anybody reads; the plan itself is bounded by plannedArrivalsLimit
    arrivals: Type.Array(stage, { minItems: 1, maxItems: 1_000 }),
    buyers,
    thresholds: Type.Optional(thresholds),
    limits: Type.Optional(limits),
  },
  { ...closed, title: 'A load scenario of fluxgate' },
);

export type ScenarioFile = Static<typeof scenarioSchema>;
