import type { Config } from '../../config/config-schema.ts';
import { parseNodeAddress } from '../../config/node-address.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { isLoopbackHost } from '../../server/loopback.ts';
import { noAddress } from '../stack/no-address.ts';

/**
 * `host:port` of the Kafka to measure: the given one, else the first configured one. On this machine only: a bench is no
 * load for anybody's Kafka. Without a login: what is compared with is a bare client.
 * @throws FluxError `usage`, `stack_not_running`
 */
export function benchKafkaAddress(
  given: string | undefined,
  { kafka, stackDir }: Pick<Config, 'kafka' | 'stackDir'>,
): string {
  const broker = given ?? kafka.brokers[0];
  if (broker === undefined) throw noAddress('Kafka', stackDir);
  const hint = 'fluxgate bench log --kafka 127.0.0.1:9092';
  if (parseNodeAddress(broker) === undefined || !isLoopbackHost(broker))
    throw new FluxError('usage', `${broker} is not host:port of this machine, and bench measures no other`, { hint });
  if (given === undefined && (kafka.saslMechanism !== 'none' || kafka.tls))
    throw new FluxError('usage', 'bench log measures a Kafka without SASL and TLS, and another is configured', {
      hint,
    });
  return broker;
}
