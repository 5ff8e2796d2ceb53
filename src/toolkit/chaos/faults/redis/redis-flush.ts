import { Type } from 'typebox';
import { partFault } from '../../fault/chaos-fault.ts';
import { askNotedRedis } from '../../service/ask-redis.ts';
import { notedServiceSchema, noteService } from '../../service/noted-service.ts';

/** FLUSHALL: somebody types it in the wrong window. The gate's fence goes with everything else, so nobody holds any more. */
export const redisFlush = partFault({
  name: 'redis_flush',
  summary: 'Somebody empties Redis (FLUSHALL): every gate is gone at once, while Redis itself is well.',
  evidence: 'it took at least one key',
  undoing: 'nothing: the system makes its gates anew',
  targets: ['redis'],
  parameters: Type.Object({}, { additionalProperties: false }),
  note: notedServiceSchema,
  lasts: 'moment',
  needs: () => ['stack'],
  says: (target) => `${target} is emptied`,
  prepare: async ({ target }) => noteService(target),
  async inject({ target }, note) {
    const keys = Number(await askNotedRedis(note, 'DBSIZE'));
    await askNotedRedis(note, 'FLUSHALL', 'SYNC');
    return { seen: keys > 0, what: `FLUSHALL took ${keys} keys of ${target.name}`, facts: { keys } };
  },
  // what was lost the system makes anew from the ledger: that is what the experiment looks at
  undo: async () => {},
});
