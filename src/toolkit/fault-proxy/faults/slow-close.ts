import { type Static, Type } from 'typebox';
import { type Effect, onLanes } from './effect.ts';
import { waitMs } from './fault-settings.ts';

export const slowCloseFault = Type.Object(
  { kind: Type.Literal('slow_close'), ms: waitMs('how much later the other side hears that a connection is over') },
  { additionalProperties: false, description: 'ends and breaks arrive late' },
);

/** Bytes pass at once, but that a side has ended or broken the connection is heard `ms` later on the other one. */
export function slowClose({ ms }: Static<typeof slowCloseFault>): Effect {
  return onLanes({ endDelayMs: ms });
}
