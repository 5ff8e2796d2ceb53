import { type Static, Type } from 'typebox';
import { orderLimits } from '../../../engine/domain/order.ts';
import { saleLimits } from '../../../engine/domain/sale.ts';

/** Every object of the file: an unknown key is an error, never silence. */
const closed = { additionalProperties: false } as const;

export const policyLimits = {
  /** A page compares no more lines, and each has to be larger than chance beside all others. */
  variants: 8,
  /** Beyond, an interval shrinks by less than anybody sees, and a night has gone. */
  seeds: 1_000,
  /** Arrivals of one sale: half a second of a core, with a waiting room. */
  arrivals: 5_000,
  /** An hour: longer than any hold that somebody waits for in front of a screen. */
  seconds: 3_600,
} as const;

const part = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const seconds = (description: string) => Type.Number({ minimum: 0, maximum: policyLimits.seconds, description });

const variant = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 20, description: 'As tables and plots call it.' }),
    admissionRate: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: saleLimits.admissionRate }), Type.Null()], {
        description: 'Orders admitted a second; null admits everybody. Left out: as the crowd has it.',
      }),
    ),
    holdSeconds: Type.Optional(
      Type.Integer({
        minimum: saleLimits.holdSeconds.min,
        maximum: policyLimits.seconds,
        description: 'How long an order waits for its confirmation; needs `buyers.confirm`. Left out: 600.',
      }),
    ),
    limitPerUser: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: orderLimits.quantity,
        description: 'Of every product. Left out: as the crowd has it.',
      }),
    ),
    stock: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description: 'Units of the whole sale, shared among its products as the crowd has them. Left out: as there.',
      }),
    ),
    retryAfterSeconds: Type.Optional(
      Type.Number({
        minimum: 0.1,
        maximum: 600,
        description:
          'When buyers are told to come again: Retry-After of every 503, and the pause of those who come back after sold out. Left out: 1 and 5.',
      }),
    ),
  },
  closed,
);

/** A policy file, as it is written. */
export const policySchema = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200, description: 'The question, in one line.' }),
    why: Type.Optional(Type.String({ maxLength: 2_000, description: 'What hangs on it.' })),
    crowd: Type.String({
      minLength: 1,
      maxLength: 1_000,
      description: `Who comes and for what: a load scenario that ships, by its name, or its file, relative to this one. At most ${policyLimits.arrivals} arrivals.`,
    }),
    seeds: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: policyLimits.seeds,
        default: 20,
        description: 'Sales of each variant: the first has the crowd of seed 1. `--seeds` goes first.',
      }),
    ),
    hardStopSeconds: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: policyLimits.seconds,
        description: 'When a sale is cut off, whatever is under way. Left out: as the crowd has it.',
      }),
    ),
    servers: Type.Optional(
      Type.Object(
        {
          count: Type.Optional(Type.Integer({ minimum: 1, maximum: 16, default: 2, description: 'Server processes.' })),
          serviceMs: Type.Optional(
            Type.Number({
              minimum: 0,
              maximum: 1_000,
              default: 0.2,
              description: 'Processor time of one request at its server, which does one after the other.',
            }),
          ),
          maxWaiting: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 1_000_000,
              default: 10_000,
              description: 'Requests that may wait at one server; beyond, the answer is 503 overloaded.',
            }),
          ),
        },
        { ...closed, description: 'What answers the crowd.' },
      ),
    ),
    buyers: Type.Optional(
      Type.Object(
        {
          confirm: Type.Optional(
            Type.Object(
              {
                share: part('Of those who hear yes; the others let their hold go.'),
                fromSeconds: seconds('The quickest of them.'),
                toSeconds: seconds('The slowest; evenly between.'),
              },
              {
                ...closed,
                description: 'Orders are held until they are confirmed (paid). Left out: as the crowd has it.',
              },
            ),
          ),
          comeBack: Type.Optional(
            Type.Object(
              {
                share: part('Of those who hear sold out.'),
                times: Type.Integer({ minimum: 1, maximum: 100, description: 'How often at most.' }),
              },
              { ...closed, description: 'Some hope for units that come back. Left out: nobody.' },
            ),
          ),
        },
        { ...closed, description: 'What a load scenario does not say of its buyers.' },
      ),
    ),
    variants: Type.Array(variant, {
      minItems: 2,
      maxItems: policyLimits.variants,
      description: 'What is compared; each with the first.',
    }),
  },
  { ...closed, title: 'A policy question of fluxgate simulate' },
);

export type PolicyFile = Static<typeof policySchema>;
