import kafkajs from 'kafkajs';
import { wrapKafkajsMethod } from './wrap-kafkajs-method.ts';

/**
 * kafkajs 2.2.4 takes a broker for connected as soon as its socket is (without SASL), even where the first request on it,
 * ApiVersions, was never answered. A client that met its broker standing still was then of no use for ever: every call failed
 * at once with "Broker not connected", and connecting again did nothing. We close the socket of a connection that failed,
 * so that the next try begins anew.
 *
 * And we call it what it is, a connection that failed: then kafkajs goes on to the next broker of its list, instead of asking
 * the same one again for ever.
 */
export function closeHalfOpenBrokers(): void {
  const of = { module: 'kafkajs/src/broker/index.js', method: 'connect' };
  wrapKafkajsMethod<Broker, Promise<void>>(
    of,
    (connect) =>
      async function connectOrClose() {
        try {
          await connect.call(this);
        } catch (error) {
          const open = this.connectionPool.pool.filter((connection) => connection.isConnected());
          await Promise.all(open.map((connection) => connection.disconnect().catch(() => {})));
          throw isSilence(error)
            ? new kafkajs.KafkaJSConnectionError(error.message, { broker: addressOf(this) })
            : error;
        }
      },
  );
}

/** Of kafkajs: one connection for fetches, one for everything else. */
interface Broker {
  readonly connectionPool: {
    readonly host: string;
    readonly port: number;
    readonly pool: readonly { isConnected(): boolean; disconnect(): Promise<unknown> }[];
  };
}

function addressOf({ connectionPool: { host, port } }: Broker): string {
  return `${host}:${port}`;
}

function isSilence(error: unknown): error is Error {
  return error instanceof Error && error.name === 'KafkaJSRequestTimeoutError';
}
