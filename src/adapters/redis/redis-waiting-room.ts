import { progressOf } from '../../engine/domain/admission.ts';
import { emptyBucket } from '../../engine/domain/gcra.ts';
import type { Epoch } from '../../engine/domain/ids.ts';
import type { WaitingRoom } from '../../engine/ports/waiting-room.ts';
import { gateScripts } from './gate-scripts.ts';
import type { RedisConnection } from './redis-connection.ts';

/**
 * The waiting room beside the Redis gate: one sequence and one rate for all servers, under the gate's fence.
 *
 * The rate goes by the clock of Redis, whatever `now` a caller says. `clock: 'callers'` believes them: for worlds whose time
 * is made up, with one clock for everybody.
 */
export function createRedisWaitingRoom({
  redis,
  clock = 'own',
}: {
  readonly redis: RedisConnection;
  readonly clock?: 'own' | 'callers';
}): WaitingRoom {
  return {
    async admit(saleId, epoch, ratePerSecond, wanted, now) {
      const args = { epoch, ratePerSecond: ratePerSecond ?? '', wanted, nowMs: clock === 'own' ? '' : now };
      const { kind, rest } = await redis.run(gateScripts.admit, saleId, args);
      if (kind !== 'admitted') return { kind: 'rebuilding' };
      const [granted, last, admitted, olderEpoch, olderUntil] = rest.map((bytes) => bytes.toString('latin1'));
      const older = olderEpoch === '' ? null : { epoch: Number(olderEpoch) as Epoch, until: Number(olderUntil) }; // of a checkpoint
      const room = { epoch, last: Number(last), admitted: Number(admitted), older, bucket: emptyBucket };
      return { kind: 'admitted', granted: Number(granted), progress: progressOf(room) };
    },

    async takePlace(saleId, epoch) {
      const { kind, rest } = await redis.run(gateScripts.takePlace, saleId, { epoch });
      if (kind !== 'place') return { kind: 'rebuilding' };
      return { kind: 'place', place: { epoch, counter: Number(rest[0]) } };
    },
  };
}
