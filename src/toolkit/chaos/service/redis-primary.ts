import type { ChaosPart, ChaosSystem } from '../system/chaos-system.ts';
import { askNotedRedis, redisInfo } from './ask-redis.ts';
import { type NotedService, noteService } from './noted-service.ts';

interface Primary {
  readonly part: ChaosPart;
  readonly note: NotedService;
}

/** The Redis that has the keys of the experiment's sale: after a failover it is another one. Null where none is a primary. */
export async function redisPrimary(system: ChaosSystem): Promise<ChaosPart | null> {
  const asked = system.parts.filter(({ kind }) => kind === 'redis').map(asPrimary);
  const primaries = (await Promise.all(asked)).filter((each) => each !== null);
  if (primaries.length < 2) return primaries[0]?.part ?? null;
  for (const { part, note } of primaries) {
    // all keys of a sale have one hash tag, so one node of a Cluster has them
    const slot = Number(await askNotedRedis(note, 'CLUSTER', 'KEYSLOT', `{${system.saleId}}`));
    if (Number(await askNotedRedis(note, 'CLUSTER', 'COUNTKEYSINSLOT', slot)) > 0) return part;
  }
  return null;
}

async function asPrimary(part: ChaosPart): Promise<Primary | null> {
  const note = noteService(part);
  // one that is down or stands still is none
  const role = await redisInfo(note, 'replication', 'role').catch(() => 'down');
  return role === 'master' ? { part, note } : null;
}
