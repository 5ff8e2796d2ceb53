import { type Static, Type } from 'typebox';
import { kafkaSchema, postgresSchema, redisSchema, stackImagesSchema } from './stack-schema.ts';

/** A number of milliseconds that a person waits for at most. */
function milliseconds(byDefault: number, maximum: number, description: string) {
  return Type.Integer({ minimum: 0, maximum, default: byDefault, description });
}

/** Requests a second and how many may come at once; GCRA. 0 a second switches the limit off. */
function rate(perSecond: number, burst: number, whose: string) {
  return Type.Object(
    {
      perSecond: Type.Number({
        minimum: 0,
        maximum: 1_000_000, // more than one process answers
        default: perSecond,
        description: `Orders a second that one ${whose} may send; 0 switches the limit off`,
      }),
      burst: Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        default: burst,
        description: `Orders that one ${whose} may send at once`,
      }),
    },
    { additionalProperties: false },
  );
}

/** A week. An old signing key checks at least as long: a server may have this setting where the operator has another. */
export const maxTicketSeconds = 604_800;

/**
 * Every setting there is: name (unit last), bounds, default and what it does. `secret: true` is never printed.
 * Environment variables and flags follow from the names: `userRate.perSecond` is FLUXGATE_USER_RATE_PER_SECOND.
 */
export const configSchema = Type.Object(
  {
    mode: Type.Enum(['embedded', 'stack'], {
      default: 'embedded',
      description:
        'Where gate, order log and ledger live: embedded keeps all of it in one process and the data folder, stack uses Redis, Kafka and PostgreSQL',
    }),
    dataDir: Type.String({
      minLength: 1,
      maxLength: 1024,
      default: '.fluxgate',
      description: 'Folder with everything that is kept',
    }),
    stackDir: Type.String({
      minLength: 1,
      maxLength: 1024,
      default: '.fluxgate-stack',
      description: 'Folder of the Redis, Kafka and PostgreSQL that fluxgate stack runs',
    }),
    stackImages: stackImagesSchema,
    cacheDir: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description: 'Folder for programs that stack up brings; default: fluxgate in $XDG_CACHE_HOME or ~/.cache',
      }),
    ),
    host: Type.String({
      minLength: 1,
      maxLength: 253,
      default: '127.0.0.1',
      description: 'Address to listen on; anything but the loopback needs an adminToken',
    }),
    port: Type.Integer({
      minimum: 0,
      maximum: 65_535,
      default: 3000,
      description: 'Port to listen on; 0 takes a free one',
    }),
    workerPort: Type.Integer({
      minimum: 0,
      maximum: 65_535,
      default: 3001,
      description: 'Port of the /healthz and /readyz of a worker; 0 takes a free one',
    }),
    url: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2048,
        description: 'Address of the running serve that commands ask; default: the one of the data folder',
      }),
    ),
    adminToken: Type.Optional(
      Type.String({
        minLength: 16, // shorter ones are guessed
        maxLength: 512,
        secret: true,
        description: 'Bearer token of the admin routes; without one they answer on the loopback only',
      }),
    ),
    logLevel: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      default: 'info',
      description: 'How much the server logs; SIGUSR2 switches to debug and back',
    }),
    trustProxy: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      maxItems: 64,
      default: [],
      description: 'Addresses or networks (CIDR) of proxies whose X-Forwarded-For is believed',
    }),
    drainDelayMs: milliseconds(0, 120_000, 'How long after SIGTERM the listener still answers while readiness says no'),
    drainTimeoutMs: milliseconds(10_000, 600_000, 'How long requests in flight may take to end after that'),
    requestTimeoutMs: Type.Integer({
      minimum: 100,
      maximum: 60_000,
      default: 5000,
      description: 'Deadline of one request',
    }),
    appendDeadlineMs: Type.Integer({
      minimum: 50,
      maximum: 30_000,
      default: 1500,
      description:
        'How long an order may take from before its hold until the order log has it; beyond, the answer is 503',
    }),
    serverLeaseMs: Type.Integer({
      minimum: 1000,
      maximum: 120_000,
      default: 10_000,
      description: 'How long a server takes orders without having reached the ledger',
    }),
    relayAfterMs: Type.Integer({
      minimum: 100,
      maximum: 60_000,
      default: 2000,
      description: 'Age at which an order that is not yet known to be in the order log is appended again',
    }),
    userRate: rate(20, 200, 'user'), // a page that retries in parallel passes; a script does not
    addressRate: rate(100, 500, 'network address (never the loopback)'), // an office behind one address passes
    maxWaitingOrders: Type.Integer({
      minimum: 1,
      maximum: 1_000_000, // about 1 KB each
      default: 10_000,
      description: 'Orders that may wait for the gate at once; beyond, the answer is 503 overloaded',
    }),
    orderLogPartitions: Type.Integer({
      minimum: 1,
      maximum: 64, // each is a lock and a reader
      default: 4,
      description: 'Partitions of the order log; fixed when the data folder is made',
    }),
    passSeconds: Type.Integer({
      minimum: 10,
      maximum: 3600,
      default: 120,
      description: 'How long a pass of the waiting room is good for',
    }),
    ticketSeconds: Type.Integer({
      minimum: 60,
      maximum: maxTicketSeconds,
      default: 21_600,
      description: 'How long a ticket of the waiting room is good for',
    }),
    redis: redisSchema,
    kafka: kafkaSchema,
    postgres: postgresSchema,
  },
  { additionalProperties: false },
);

type DeepReadonly<Value> = Value extends object ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> } : Value;

/** The one frozen value that everything is composed from. Folders and files are absolute. */
export type Config = DeepReadonly<Static<typeof configSchema>>;
