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
      Type.Integer({
        minimum: 1,
        maximum: saleLimits.admissionRate,
        description:
          'Orders admitted a second; beyond, buyers go to the waiting room. Left out: everybody is admitted.',
      }),
    ),
    confirmation: Type.Optional(
      Type.Enum([...confirmations], { description: 'When an order counts as sold; default on_record.' }),
    ),
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

const weight = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000, description }));
const weights = {
  plain: weight('One order of one unit, sent once.'),
  'double-click': weight('The same order with the same key twice at once.'),
  'over-limit': weight('All that the limit allows, and one unit more with another key.'),
  retry: weight('Follows the rules: after 429, 503 and lost connections the same key again, when Retry-After says.'),
  'several-lines': weight('One order of 2 to 5 different products, all or nothing.'),
  bot: weight('Many accounts at once from one of few addresses; asks again at once, whatever Retry-After says.'),
  'waiting-room': weight('Follows a 302: takes a ticket, asks for its place when told to, orders with its pass.'),
  cancel: weight('Orders by the rules, and cancels a while after it was accepted.'),
  slow: weight('Sends its request a byte at a time (slowloris), and holds a connection meanwhile.'),
};

/** What buyers do; planArrival (buyer-plan.ts) says with what they begin, nextStep (buyer-steps.ts) how they go on. */
export type Behaviour = keyof typeof weights;
// The keys of an object that is made right above.
export const behaviours = Object.keys(weights) as readonly Behaviour[];

const bots = Type.Object(
  {
    addresses: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 254, default: 4, description: 'Network addresses that all bots share.' }),
    ),
    accounts: Type.Optional(
      // one arrival is sent in one go: more would be a rate of its own
      Type.Integer({
        minimum: 1,
        maximum: 50,
        default: 5,
        description: 'Buyers that one bot plays, each with its own order.',
      }),
    ),
    tries: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000, default: 10, description: 'Times that each order is sent at most.' }),
    ),
    pauseMs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 60_000,
        default: 50,
        description: 'Between two tries, whatever it was told.',
      }),
    ),
  },
  { ...closed, description: 'How bots behave; needs a weight of `bot`.' },
);
const cancels = Type.Object(
  {
    afterSeconds: Type.Number({
      minimum: 0,
      maximum: 3_600,
      description: 'From the 200 to the cancellation; default 1.',
    }),
  },
  { ...closed, description: 'How cancellers behave; needs a weight of `cancel`.' },
);
const slow = Type.Object(
  { forSeconds: Type.Number({ minimum: 0.1, maximum: 3_600, description: 'How long one request takes; default 30.' }) },
  { ...closed, description: 'How slow clients behave; needs a weight of `slow`.' },
);

const buyers = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: 10_000_000, description: 'Distinct buyers; they come again in turn.' }),
    behaviours: Type.Optional(
      Type.Object(weights, { ...closed, description: 'What buyers do, by weight; left out: all are plain.' }),
    ),
    bots: Type.Optional(bots),
    cancels: Type.Optional(cancels),
    slow: Type.Optional(slow),
  },
  closed,
);

const milliseconds = Type.Number({ exclusiveMinimum: 0 });
const perOutcome = (description: string) =>
  Type.Optional(
    Type.Object(Object.fromEntries(historyOutcomes.map((outcome) => [outcome, Type.Optional(milliseconds)])), {
      ...closed,
      description,
    }),
  );
const part = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1, description }));
const thresholds = Type.Object(
  {
    maxErrorRate: part('Errors and dropped requests, as a part of all requests.'),
    p50Ms: perOutcome('Median latency from the scheduled time, an outcome each.'),
    p99Ms: perOutcome('99th percentile of it.'),
    maxMs: perOutcome('The longest of all.'),
    minGoodputPerSecond: Type.Optional(
      Type.Number({ minimum: 0, description: 'Accepted orders a second, over the whole run.' }),
    ),
    fairness: Type.Optional(
      Type.Object(
        {
          minFirstCome: part(
            'How often whoever got a unit had come before somebody who was told sold out: 1 is strictly first come first ' +
              'served, 0.5 is a lottery.',
          ),
          maxBotShare: part('Units that bots got, as a part of all units that buyers got.'),
        },
        { ...closed, minProperties: 1, description: 'Who gets what there is too little of.' },
      ),
    ),
  },
  closed,
);

const limits = Type.Object(
  {
    maxInFlight: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 20_000,
        default: 1_000,
        description: 'Requests under way at once; more are dropped, which fails a run.',
      }),
    ),
    hardStopSeconds: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 90_000,
        description:
          'When the run ends whatever is under way; default: 30 s after the last arrival, and longer where buyers are slow or cancel later.',
      }),
    ),
    requestTimeoutMs: Type.Optional(
      Type.Integer({
        minimum: 100,
        maximum: 600_000,
        default: 10_000,
        description: 'Nobody waits longer for an answer.',
      }),
    ),
  },
  closed,
);

/** A scenario file, as it is written. */
export const scenarioSchema = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200, description: 'One line, for lists and reports.' }),
    why: Type.Optional(Type.String({ maxLength: 2_000, description: 'What the scenario is to show.' })),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2 ** 32 - 1,
        default: 1,
        description: 'The same seed plans the same crowd.',
      }),
    ),
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
