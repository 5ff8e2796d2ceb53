import type { ContainerSpec } from './container-spec.ts';

/** Redis as the native stack has it (start-redis.ts): no persistence, no eviction. Redis's and Valkey's images add the program. */
export function redisContainer(image: string): ContainerSpec {
  return {
    image,
    port: 6379,
    command: [
      // the container's own network: Docker publishes it on the loopback alone
      ...['--bind', '0.0.0.0', '--protected-mode', 'no'],
      ...['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'],
    ],
  };
}
