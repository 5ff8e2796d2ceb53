import { FluxError } from '../../engine/domain/flux-error.ts';
import { isLoopbackHost } from '../../server/loopback.ts';
import { readStackFile, serviceOf } from '../stack/stack-file.ts';

/**
 * `host:port` of the Kafka to measure: the given one, else that of the stack. On this machine only: a bench is no load
 * for anybody's Kafka.
 * @throws FluxError `usage`, `stack_not_running`
 */
export function benchKafkaAddress(given: string | undefined, stackDir: string): string {
  if (given !== undefined) {
    if (isLoopbackHost(given) && /:\d{1,5}$/.test(given)) return given;
    throw new FluxError('usage', `--kafka ${given} is not host:port of this machine`, {
      hint: 'fluxgate bench log --kafka 127.0.0.1:9092',
    });
  }
  const kafka = serviceOf(readStackFile(stackDir), 'kafka');
  if (kafka === undefined) {
    throw new FluxError('stack_not_running', `No stack is running in ${stackDir}: there is no Kafka to measure`, {
      hint: 'fluxgate stack up',
    });
  }
  return `${kafka.host}:${kafka.port}`;
}
