import { type Static, Type } from 'typebox';
import { type Effect, onLanes } from './effect.ts';
import { waitMs } from './fault-settings.ts';

export const timeoutFault = Type.Object(
  { kind: Type.Literal('timeout'), ms: waitMs('how long a connection hangs before it is cut') },
  { additionalProperties: false, description: 'nothing passes, then connections are cut' },
);

/** A firewall that drops and then gives up: bytes of both sides vanish, and a connection is cut (RST) after `ms` of that. */
export function timeout({ ms }: Static<typeof timeoutFault>): Effect {
  return { ...onLanes({ swallows: true }), livesMs: ms };
}
