import { askProxy } from './ask-proxy.ts';
import { askKafka } from './native/ask-kafka.ts';
import { askRedis } from './native/ask-redis.ts';
import { roleOf } from './service-name.ts';
import { directAddress, type StackService } from './stack-file.ts';
import type { StackParts } from './stack-parts.ts';

/** Asks a service itself, not through a proxy. @throws Error with the reason where it does not answer in time */
export async function askService(service: StackService, parts: StackParts, answerMs: number): Promise<void> {
  const { host, port } = directAddress(service);
  const role = roleOf(service.name);
  switch (role) {
    case 'redis':
    case 'sentinel':
      return askRedis(port, answerMs);
    case 'kafka':
      return askKafka(port, answerMs, service.port);
    case 'postgres': {
      const { user = '', password = '', database = '' } = service;
      return parts.postgres.ask({ host, port, user, password, database }, answerMs);
    }
    case 'proxy':
      return askProxy({ host, port }, answerMs);
    default:
      return role satisfies never;
  }
}
