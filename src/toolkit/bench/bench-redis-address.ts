import { FluxError } from '../../engine/domain/flux-error.ts';
import { isLoopbackHost } from '../../server/loopback.ts';
import { readStackFile, serviceOf } from '../stack/stack-file.ts';

/** Where the Redis to measure answers. */
export interface BenchRedisAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * The Redis to measure: the given `host:port`, else that of the stack. On this machine only: a bench is no load for
 * anybody's Redis.
 * @throws FluxError `usage`, `stack_not_running`
 */
export function benchRedisAddress(given: string | undefined, stackDir: string): BenchRedisAddress {
  if (given !== undefined) {
    const [, host, port] = /^(.+):(\d{1,5})$/.exec(given) ?? [];
    if (host !== undefined && isLoopbackHost(given)) return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
    throw new FluxError('usage', `--redis ${given} is not host:port of this machine`, {
      hint: 'fluxgate bench gate --redis 127.0.0.1:6379',
    });
  }
  const redis = serviceOf(readStackFile(stackDir), 'redis');
  if (redis === undefined) {
    throw new FluxError('stack_not_running', `No stack is running in ${stackDir}: there is no Redis to measure`, {
      hint: 'fluxgate stack up',
    });
  }
  return { host: redis.host, port: redis.port };
}
