import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { quietIdleConnections } from '../../src/adapters/kafka/idle-request-queue.ts';

/** kafkajs as somebody else uses it, to look from outside. Silent, and mended where Node would warn of its timers. */
export function bareKafka(config: KafkaConfig): Kafka {
  quietIdleConnections();
  return new Kafka({ logLevel: logLevel.NOTHING, ...config });
}
