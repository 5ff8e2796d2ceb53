import { Type } from 'typebox';
import { partFault } from '../../fault/chaos-fault.ts';
import { askNotedRedis, redisSetting } from '../../service/ask-redis.ts';
import { notedServiceSchema, noteService } from '../../service/noted-service.ts';

const probe = 'fluxgate:chaos:probe';

/** `maxmemory` below what Redis has: with `noeviction` it refuses every command that needs memory, and forgets nothing. */
export const redisFull = partFault({
  name: 'redis_full',
  summary: 'Redis has no memory left (maxmemory): it refuses every write with OOM, and keeps what it has.',
  evidence: 'a write is answered with OOM',
  undoing: 'the limit that it had',
  targets: ['redis'],
  parameters: Type.Object(
    {
      // the least that Redis takes for a limit; 0 would be none
      maxBytes: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 2 ** 40, description: 'all that Redis may have; 1 without it' }),
      ),
    },
    { additionalProperties: false },
  ),
  note: Type.Object({ ...notedServiceSchema.properties, maxmemory: Type.String() }),
  lasts: 'while',
  needs: () => ['stack'],
  says: (target) => `${target} has no memory left`,
  async prepare({ target }) {
    const note = noteService(target);
    return { ...note, maxmemory: await redisSetting(note, 'maxmemory') };
  },
  async inject({ target, parameters }, note) {
    await askNotedRedis(note, 'CONFIG', 'SET', 'maxmemory', parameters.maxBytes ?? 1);
    const said = await askNotedRedis(note, 'SET', probe, '1', 'PX', 1).catch((error: unknown) => String(error));
    const refused = /\bOOM\b/.test(String(said));
    return { seen: refused, what: `${target.name} answers a write with ${String(said).replace('ReplyError: ', '')}` };
  },
  undo: async (note) => void (await askNotedRedis(note, 'CONFIG', 'SET', 'maxmemory', note.maxmemory)),
});
