import type { ServiceName } from '../service-name.ts';
import type { NativeService } from '../stack-file.ts';
import { redisTopologyOf } from '../stack-shape.ts';
import { bringRedis, findRedis } from './bring-redis.ts';
import { onFreePort } from './free-port.ts';
import { knownPort, type NativeStart, told } from './native-start.ts';
import { startRedis } from './start-redis.ts';
import { startRedisCluster } from './start-redis-cluster.ts';
import { startRedisSentinel } from './start-redis-sentinel.ts';

/** The Redis of a stack: one alone, one with replicas and Sentinels, or a cluster. */
export async function startRedisGroup(
  names: readonly ServiceName[],
  use: NativeStart,
): Promise<readonly NativeService[]> {
  const [first] = names;
  if (first !== undefined && (await findRedis()).kind === 'debian')
    use.onProgress(first, `out of Debian's packages, into ${use.cacheDir}`);
  const { server } = await bringRedis(use.cacheDir, use);
  const redisUse = { ...use, server, stackDir: use.folder.path };
  const topology = redisTopologyOf(use.shape);
  switch (topology) {
    case 'single':
      return [told(await onFreePort(knownPort('redis', use), (port) => startRedis('redis', port, [], redisUse)), use)];
    case 'sentinel':
      return startRedisSentinel(names, redisUse);
    case 'cluster':
      return startRedisCluster(names, redisUse);
    default:
      return topology satisfies never;
  }
}
