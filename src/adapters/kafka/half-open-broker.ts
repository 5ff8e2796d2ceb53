import { createRequire } from 'node:module';

/**
 * kafkajs 2.2.4 takes a broker for connected as soon as its socket is (without SASL), even where the first request on it,
 * ApiVersions, was never answered. A client that met its broker standing still was then of no use for ever: every call failed
 * at once with "Broker not connected", and connecting again did nothing. We close the socket of a connection that failed,
 * so that the next try begins anew.
 *
 * Only a method is wrapped; a kafkajs without it stays as it is.
 */
export function closeHalfOpenBrokers(): void {
  if (done) return;
  done = true;
  const Broker: unknown = createRequire(import.meta.url)('kafkajs/src/broker/index.js');
  if (typeof Broker !== 'function') return;
  const prototype: Partial<BrokerPrototype> = Broker.prototype;
  const connect = prototype.connect;
  if (connect === undefined) return;
  prototype.connect = async function connectOrClose() {
    try {
      await connect.call(this);
    } catch (error) {
      await this.disconnect().catch(() => {});
      throw error;
    }
  };
}

let done = false;

interface BrokerPrototype {
  connect(this: BrokerPrototype): Promise<void>;
  disconnect(): Promise<void>;
}
