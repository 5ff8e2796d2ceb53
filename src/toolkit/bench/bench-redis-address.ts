import type { Config } from '../../config/config-schema.ts';
import { parseNodeAddress } from '../../config/node-address.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { isLoopbackHost } from '../../server/loopback.ts';
import { noAddress } from '../stack/no-address.ts';

/** Where the Redis to measure answers. */
export interface BenchRedisAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * The Redis to measure: the given `host:port`, else the configured one. On this machine only: a bench is no load for
 * anybody's Redis. One alone and without a login: what is compared with is a bare socket.
 * @throws FluxError `usage`, `stack_not_running`
 */
export function benchRedisAddress(
  given: string | undefined,
  { redis, stackDir }: Pick<Config, 'redis' | 'stackDir'>,
): BenchRedisAddress {
  const [text = given, ...more] = given === undefined ? redis.nodes : [];
  if (text === undefined) throw noAddress('Redis', stackDir);
  const address = parseNodeAddress(text);
  const hint = 'fluxgate bench gate --redis 127.0.0.1:6379';
  if (address === undefined || !isLoopbackHost(text))
    throw new FluxError('usage', `${text} is not host:port of this machine, and bench measures no other`, { hint });
  const isPlain = more.length === 0 && redis.topology === 'single' && redis.password === undefined && !redis.tls;
  if (given === undefined && !isPlain)
    throw new FluxError('usage', 'bench gate measures one Redis without password and TLS, and another is configured', {
      hint,
    });
  return address;
}
