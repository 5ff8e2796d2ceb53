import { Type } from 'typebox';

/** A name in the sense of DNS, or an address. */
const maxHostLength = 253;
/** More are a typing error: a client needs to find one that answers, and learns of the others. */
const maxNodes = 64;

function text(description: string, maxLength = 255) {
  return Type.Optional(Type.String({ minLength: 1, maxLength, description }));
}

function textWithDefault(byDefault: string, description: string) {
  return Type.String({ minLength: 1, maxLength: 255, default: byDefault, description });
}

function secret(description: string) {
  return Type.Optional(Type.String({ minLength: 1, maxLength: 512, secret: true, description }));
}

function nodes(description: string) {
  return Type.Array(Type.String({ minLength: 1, maxLength: maxHostLength + 8 }), {
    maxItems: maxNodes,
    default: [],
    description,
  });
}

/** How a service proves who it is; the same three settings for each of them. */
function tls(service: string) {
  return {
    tls: Type.Boolean({
      default: false,
      description: `Whether ${service} is reached over TLS; its certificate is checked`,
    }),
    caFile: text(`PEM file of the authority that signed ${service}'s certificate; default: those of Node`, 1024),
    serverName: text(`Name that ${service}'s certificate must have; default: the host`, maxHostLength),
  };
}

/** The Redis of the gate. */
export const redisSchema = Type.Object(
  {
    topology: Type.Enum(['single', 'sentinel', 'cluster'], {
      default: 'single',
      description: 'One Redis, a primary that Sentinels watch, or a Redis Cluster',
    }),
    nodes: nodes('Where Redis answers, as host:port; of sentinel: the Sentinels; of cluster: some of its nodes'),
    primaryName: textWithDefault('fluxgate', 'What the Sentinels call the primary'),
    username: text('User of Redis (ACL); default: the default user'),
    password: secret('Password of Redis'),
    sentinelUsername: text('User of the Sentinels, where they want one'),
    sentinelPassword: secret('Password of the Sentinels, where they want one'),
    ...tls('Redis'),
  },
  { additionalProperties: false },
);

/** The Kafka of the order log. */
export const kafkaSchema = Type.Object(
  {
    brokers: nodes('Some brokers of Kafka, as host:port; the others are found through them'),
    topic: Type.String({
      minLength: 1,
      maxLength: 249, // Kafka's own limit
      pattern: '^[a-zA-Z0-9._-]+$',
      default: 'fluxgate-orders',
      description: 'Topic of the order log; made where it is missing',
    }),
    replicas: Type.Integer({
      minimum: 1,
      maximum: 16,
      default: 3, // one may be lost while another is being mended
      description: 'Copies of each order in Kafka, where the topic is made',
    }),
    minInsyncReplicas: Type.Integer({
      minimum: 1,
      maximum: 16,
      default: 2,
      description: 'Copies that must have an order before a buyer hears yes',
    }),
    retentionHours: Type.Integer({
      minimum: 1,
      maximum: 87_600, // ten years
      default: 168,
      description:
        'How long orders stay readable in Kafka; must be longer than a sale lasts, rebuilds and verify included',
    }),
    saslMechanism: Type.Enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512'], {
      default: 'none',
      description: 'How Kafka wants to be told user and password',
    }),
    username: text('User of Kafka (SASL)'),
    password: secret('Password of Kafka (SASL)'),
    ...tls('Kafka'),
  },
  { additionalProperties: false },
);

/** The PostgreSQL of the ledger, in mode stack. */
export const postgresSchema = Type.Object(
  {
    host: text('Where PostgreSQL answers', maxHostLength),
    port: Type.Integer({ minimum: 1, maximum: 65_535, default: 5432, description: 'Port of PostgreSQL' }),
    user: textWithDefault('fluxgate', 'User of PostgreSQL; owns the tables'),
    password: secret('Password of PostgreSQL'),
    database: textWithDefault('fluxgate', 'Database of the ledger; has to be there'),
    ...tls('PostgreSQL'),
  },
  { additionalProperties: false },
);

/** What the provider docker of `stack up` and `stack export` start; the newest patch of the versions that our tests know. */
export const publicImages = { redis: 'redis:7.4', kafka: 'apache/kafka:4.1.0', postgres: 'postgres:18' } as const;

/** The images of a stack of containers. */
export const stackImagesSchema = Type.Object(
  {
    redis: image(publicImages.redis, 'Redis >= 7 or Valkey'),
    kafka: image(publicImages.kafka, 'Kafka >= 4, set by variables like apache/kafka'),
    postgres: image(publicImages.postgres, 'PostgreSQL >= 15, set by variables like postgres'),
  },
  { additionalProperties: false },
);

function image(byDefault: string, what: string) {
  return textWithDefault(byDefault, `Image of ${what}, for stack up --provider docker and stack export`);
}
