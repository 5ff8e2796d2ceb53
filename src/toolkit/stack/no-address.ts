import { FluxError } from '../../engine/domain/flux-error.ts';
import { stackCommand } from './stack-command.ts';

/** What says where a service is, where no stack does. */
const settings = {
  Redis: 'FLUXGATE_REDIS_NODES=host:port',
  Kafka: 'FLUXGATE_KAFKA_BROKERS=host:port',
  PostgreSQL: 'FLUXGATE_POSTGRES_HOST=host',
} as const;

/** For a command that needs a service which neither a stack nor a setting names. */
export function noAddress(service: keyof typeof settings, stackDir: string): FluxError {
  return new FluxError('stack_not_running', `nothing says where ${service} is: no stack runs in ${stackDir}`, {
    hint: `${stackCommand('up', stackDir)}, or name yours: ${settings[service]}`,
  });
}
