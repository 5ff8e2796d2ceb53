/**
 * What to change where Kafka cannot be used, in the words of our settings. Logins, names, authorities and rights were seen
 * with Kafka 4.1 and kafkajs 2.2.4 (test/integration/adapters/kafka/order-log-secure.test.ts), the others are as Kafka's
 * and Node's manuals have them; whatever is not here is probably no setting.
 */
const advice: readonly {
  /** `name` of the error, its `type` in Kafka's protocol, or its `code` in Node. */
  readonly of: readonly string[];
  readonly hint: string;
}[] = [
  {
    of: ['KafkaJSSASLAuthenticationError', 'SASL_AUTHENTICATION_FAILED'],
    hint: 'set kafka.username and kafka.password to what Kafka knows, and kafka.saslMechanism to how it keeps that user',
  },
  {
    of: ['UNSUPPORTED_SASL_MECHANISM'],
    hint: 'set kafka.saslMechanism to one that the listener offers (sasl.enabled.mechanisms)',
  },
  {
    of: ['ILLEGAL_SASL_STATE'],
    hint: 'set kafka.saslMechanism to none, or kafka.brokers to a listener that asks for a login (SASL_SSL, SASL_PLAINTEXT)',
  },
  {
    of: ['ERR_TLS_CERT_ALTNAME_INVALID'],
    hint: "set kafka.serverName to a name in the brokers' certificate, or kafka.brokers to addresses in it",
  },
  {
    of: [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'CERT_SIGNATURE_FAILURE',
    ],
    hint: "set kafka.caFile to the certificate of the authority that signed the brokers' certificate",
  },
  { of: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'], hint: "renew the brokers' certificate, and look at both clocks" },
  {
    of: ['ECONNRESET', 'EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'],
    hint: 'set kafka.tls to what the listener speaks: false for PLAINTEXT and SASL_PLAINTEXT, true for SSL and SASL_SSL',
  },
  {
    of: ['KafkaJSConnectionClosedError'],
    hint: 'set kafka.tls to true where the listener speaks TLS, and kafka.saslMechanism where it asks for a login; otherwise: fluxgate stack status',
  },
  {
    of: ['ENOTFOUND', 'EAI_AGAIN'],
    hint: 'set kafka.brokers to names that this machine can look up (advertised.listeners of the brokers, too)',
  },
  {
    of: ['TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED'],
    hint: 'give kafka.username the rights to the topic of kafka.topic (describe, describe configs, read, write, and create where it is missing): kafka-acls.sh',
  },
  {
    of: ['GROUP_AUTHORIZATION_FAILED'],
    hint: 'give kafka.username the rights to read and delete its consumer groups: kafka-acls.sh',
  },
  {
    of: ['INVALID_REPLICATION_FACTOR'],
    hint: 'set kafka.replicas to at most the number of brokers, and kafka.minInsyncReplicas below that',
  },
  {
    of: ['NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'],
    hint: 'start the brokers that are away: fewer copies are in step than kafka.minInsyncReplicas',
  },
  {
    of: ['UNKNOWN_TOPIC_OR_PARTITION'],
    hint: 'the topic of kafka.topic is gone: start the process again to have it made, or set kafka.topic',
  },
];

const hints = new Map(advice.flatMap(({ of, hint }) => of.map((what) => [what, hint] as const)));
const passing = 'wait: brokers that start or elect a leader say so for some seconds; then: fluxgate stack status';
const elsewhere = 'set kafka.brokers to where Kafka listens, or start it: fluxgate stack up';

/** What to change after `error`, the innermost one. */
export function adviceFor(error: unknown): string {
  if (!(error instanceof Error)) return elsewhere;
  const marks = ['type' in error ? error.type : undefined, 'code' in error ? error.code : undefined, error.name];
  for (const mark of marks) {
    const hint = typeof mark === 'string' ? hints.get(mark) : undefined;
    if (hint !== undefined) return hint;
  }
  return 'type' in error && 'retriable' in error && error.retriable === true ? passing : elsewhere;
}
