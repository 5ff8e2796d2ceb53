import { type ISocketFactory, Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs';
import { leaveGoneSocketsAlone } from './gone-sockets.ts';
import { closeHalfOpenBrokers } from './half-open-broker.ts';
import { quietIdleConnections } from './idle-request-queue.ts';
import { type KafkaLogLevel, kafkaLogLevel } from './kafka-log-level.ts';
import { endFetchersOfStopped } from './stopped-fetchers.ts';
import { carryWholeBatches } from './whole-batch.ts';

/** What kafkajs says, from warnings up. */
export type KafkaLog = (level: KafkaLogLevel, message: string, details: Readonly<Record<string, unknown>>) => void;

/** How brokers are reached. */
export interface KafkaAddress {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[];
  readonly sasl?: SASLOptions;
  /** TLS: true for the system's authorities, or options of node:tls. */
  readonly ssl?: KafkaConfig['ssl'];
  readonly log: KafkaLog;
}

/** A broker answers a connection in milliseconds; one that does not in this time is away. */
const connectionTimeoutMs = 1_000;
/**
 * What reads and administration may take: metadata of a cluster that elects a leader. Longer than a cluster takes to miss a broker
 * (9 s, broker.session.timeout.ms), so that whoever begins anew after it finds others in its place.
 */
const patientRequestMs = 10_000;
/** First pause and longest pause between tries: quick for a hiccup, no burden for a broker that comes back. */
const retryPauses = { initialRetryTime: 50, maxRetryTime: 1_000 } as const;
/** With the pauses above about 5 s. */
const patientRetries = 8;

/** For reading and administration: tries again by itself. `socketFactory` makes its sockets instead of kafkajs. */
export function patientClient(
  address: KafkaAddress,
  {
    socketFactory,
    requestTimeoutMs = patientRequestMs,
  }: { readonly socketFactory?: ISocketFactory; readonly requestTimeoutMs?: number | undefined } = {},
): Kafka {
  return clientOf(address, {
    requestTimeout: requestTimeoutMs,
    retry: { ...retryPauses, retries: patientRetries },
    ...(socketFactory === undefined ? {} : { socketFactory }),
  });
}

/**
 * For appends: tries nothing twice, because a client that does so writes a record twice or long after its deadline.
 * A request that is over `requestTimeoutMs` is given up (looked at every 100 ms).
 */
export function appendClient(address: KafkaAddress, requestTimeoutMs: number): Kafka {
  return clientOf(address, { requestTimeout: requestTimeoutMs, retry: { ...retryPauses, retries: 0 } });
}

function clientOf({ brokers, sasl, ssl, log }: KafkaAddress, config: Partial<KafkaConfig>): Kafka {
  quietIdleConnections();
  leaveGoneSocketsAlone();
  closeHalfOpenBrokers();
  endFetchersOfStopped();
  carryWholeBatches();
  return new Kafka({
    clientId: 'fluxgate',
    brokers: [...brokers],
    connectionTimeout: connectionTimeoutMs,
    authenticationTimeout: patientRequestMs,
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ level, log: { message, timestamp: _, ...details } }) =>
        log(kafkaLogLevel(level, details, message), message, details),
    // A copy: kafkajs writes its authenticator into the object, with the credentials of that time.
    ...(sasl === undefined ? {} : { sasl: { ...sasl } }),
    ...(ssl === undefined ? {} : { ssl }),
    ...config,
  });
}
