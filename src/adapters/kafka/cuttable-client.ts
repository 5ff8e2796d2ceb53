import type { Kafka } from 'kafkajs';
import { createCuttableSockets } from './cuttable-sockets.ts';
import { type KafkaAddress, type KafkaLog, patientClient } from './kafka-client.ts';

/** A client of kafkajs whose connections can be closed under it. */
export interface CuttableClient {
  readonly kafka: Pick<Kafka, 'admin' | 'consumer'>;
  readonly isCut: boolean;
  /** Fails whatever it waits for, and whatever it tries from now on. What it says of that is not logged. */
  cut(): void;
  /** The clients to come begin with the others. */
  rememberSilent(broker: string): void;
}

export type OpenClient = () => CuttableClient;

/**
 * Clients of one process for what has to go on while a broker stands still. Kafkajs goes on asking such a broker: a connection
 * that is open counts as good. So one that had no answer is cut off, and the next begins with the other brokers.
 */
export function cuttableClients(address: KafkaAddress, requestTimeoutMs?: number): OpenClient {
  let silent: string | null = null;
  return () => {
    const sockets = createCuttableSockets();
    const log: KafkaLog = (...line) => {
      // What kafkajs says of connections that we closed ourselves helps nobody.
      if (!sockets.isCut) address.log(...line);
    };
    const brokers = silentLast(address.brokers, silent);
    return {
      kafka: patientClient({ ...address, brokers, log }, { socketFactory: sockets.open, requestTimeoutMs }),
      get isCut() {
        return sockets.isCut;
      },
      cut: sockets.cut,
      rememberSilent(broker) {
        silent = broker;
      },
    };
  };
}

/** Kafkajs begins with the first of the list, and takes the next only where it cannot connect. */
function silentLast(brokers: readonly string[], silent: string | null): readonly string[] {
  return [...brokers.filter((broker) => broker !== silent), ...brokers.filter((broker) => broker === silent)];
}
