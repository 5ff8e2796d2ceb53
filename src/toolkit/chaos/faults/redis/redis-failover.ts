import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { FluxError } from '../../../../engine/domain/flux-error.ts';
import { inOrder, roleOf } from '../../../stack/service-name.ts';
import { redisTopologyOf, sentinelPrimaryName } from '../../../stack/stack-shape.ts';
import { partFault } from '../../fault/chaos-fault.ts';
import { askNotedRedis, redisInfo } from '../../service/ask-redis.ts';
import { type NotedService, notedServiceSchema, noteService, stackOf } from '../../service/noted-service.ts';

/** Sentinels and nodes of a Cluster agree within a second; a machine that does much else takes longer. */
const promotedMs = 15_000;
const lookEveryMs = 20;

/**
 * A replica takes over from a primary that is well, as an operator does it before maintenance: by the Sentinels (SENTINEL
 * FAILOVER), or in a Cluster by a replica of the target (CLUSTER FAILOVER FORCE: the primary is not asked, so what it has not
 * sent yet is lost).
 */
export const redisFailover = partFault({
  name: 'redis_failover',
  summary: 'A replica takes over from the primary, which is well: by the Sentinels, or in a Cluster by force.',
  evidence: 'another Redis says that it is a primary',
  undoing: 'nothing: the system is whole',
  targets: ['redis'],
  parameters: Type.Object({}, { additionalProperties: false }),
  note: Type.Object({ ...notedServiceSchema.properties, topology: Type.String(), asks: Type.String() }),
  lasts: 'moment',
  needs: () => ['stack'],
  says: (target) => `a replica takes over from ${target}`,
  async prepare({ target }) {
    const note = noteService(target);
    const topology = redisTopologyOf(stackOf(note));
    if (topology === 'single') {
      throw new FluxError('not_found', `${target.name} has no replica that could take over`, {
        hint: 'fluxgate stack down && fluxgate stack up --with redis-sentinel',
      });
    }
    return { ...note, topology, asks: topology === 'sentinel' ? sentinelOf(note) : await replicaOf(note) };
  },
  async inject(_context, note) {
    const { asks, topology, stackDir } = note;
    const before = await primaries(note);
    const asked = { stackDir, service: asks };
    if (topology === 'sentinel') await askNotedRedis(asked, 'SENTINEL', 'FAILOVER', sentinelPrimaryName);
    else await askNotedRedis(asked, 'CLUSTER', 'FAILOVER', 'FORCE');
    const until = performance.now() + promotedMs;
    let promoted: string | undefined;
    while (promoted === undefined && performance.now() < until) {
      await sleep(lookEveryMs);
      promoted = (await primaries(note)).find((name) => !before.includes(name));
    }
    if (promoted === undefined) return { seen: false, what: `nobody took over within ${promotedMs / 1_000} s` };
    return { seen: true, what: `${promoted} is a primary now; before it was ${before.join(', ')}` };
  },
  // Whoever is the primary, the system is whole: a failover back would be another fault.
  undo: async () => {},
});

function sentinelOf(note: NotedService): string {
  const [first] = stackOf(note).services.filter(({ name }) => roleOf(name) === 'sentinel');
  if (first === undefined) throw new FluxError('not_found', `the stack in ${note.stackDir} has no Sentinel`);
  return first.name;
}

/** A replica of this node of a Cluster, by the port that it follows. */
async function replicaOf(note: NotedService): Promise<string> {
  const own = stackOf(note).services.find(({ name }) => name === note.service);
  for (const { name } of redisOf(note)) {
    const node = { ...note, service: name };
    const follows = (await redisInfo(node, 'replication', 'role')) === 'slave';
    if (follows && Number(await redisInfo(node, 'replication', 'master_port')) === own?.port) return name;
  }
  throw new FluxError('not_found', `${note.service} is no primary with a replica: nobody can take over from it`, {
    hint: 'target the primary: `redis` is one where nobody took over yet',
  });
}

async function primaries(note: NotedService): Promise<readonly string[]> {
  const roles = await Promise.all(
    redisOf(note).map(async ({ name }) => ({
      name,
      // one that is down is none
      role: await redisInfo({ ...note, service: name }, 'replication', 'role').catch(() => 'down'),
    })),
  );
  return roles.filter(({ role }) => role === 'master').map(({ name }) => name);
}

function redisOf(note: NotedService) {
  return inOrder(stackOf(note).services).filter(({ name }) => roleOf(name) === 'redis');
}
