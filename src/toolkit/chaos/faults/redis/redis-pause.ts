import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { partFault } from '../../fault/chaos-fault.ts';
import { askNotedRedis } from '../../service/ask-redis.ts';
import { notedServiceSchema, noteService } from '../../service/noted-service.ts';

/** Redis goes on by itself after it, whatever becomes of the runner and its journal. */
const longestMs = 10 * 60_000;
/** A write that is answered is answered within a millisecond; a busy machine takes longer. */
const heldMs = 300;

/**
 * CLIENT PAUSE in its form WRITE: every write waits, the gate's scripts too, while PING is answered. In the form ALL Redis
 * hears no CLIENT UNPAUSE either (Redis 7, `processCommand`), so that nobody could undo it.
 */
export const redisPause = partFault({
  name: 'redis_pause',
  summary: 'Redis holds back every write (CLIENT PAUSE WRITE) and still answers PING: up, and of no use.',
  evidence: 'a write waits for 300 ms while PING is answered',
  undoing: 'CLIENT UNPAUSE',
  targets: ['redis'],
  parameters: Type.Object({}, { additionalProperties: false }),
  note: notedServiceSchema,
  lasts: 'while',
  needs: () => ['stack'],
  says: (target) => `${target} holds back every write`,
  prepare: async ({ target }) => noteService(target),
  async inject({ target }, note) {
    await askNotedRedis(note, 'CLIENT', 'PAUSE', longestMs, 'WRITE');
    // Counts as a write for Redis and changes nothing. Its own patience ends it, or the undo does.
    const write = askNotedRedis(note, 'PUBLISH', 'fluxgate:chaos', 'are writes held?').then(
      () => 'answered',
      () => 'refused',
    );
    const became = await Promise.race([write, sleep(heldMs, 'held')]);
    const pong = await askNotedRedis(note, 'PING');
    return {
      seen: became === 'held' && pong === 'PONG',
      what: `a write at ${target.name} was ${became} for ${heldMs} ms, PING said ${pong}`,
    };
  },
  undo: async (note) => void (await askNotedRedis(note, 'CLIENT', 'UNPAUSE')),
});
