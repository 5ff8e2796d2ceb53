import { type Static, Type } from 'typebox';
import { type Effect, onLanes } from './effect.ts';
import { direction } from './fault-settings.ts';

export const limitFault = Type.Object(
  {
    kind: Type.Literal('limit'),
    // what is larger than a gigabyte does not come to its end in a test
    sizeBytes: Type.Integer({ minimum: 1, maximum: 2 ** 30, description: 'that pass before the connection is closed' }),
    direction,
  },
  { additionalProperties: false, description: 'connections end after so many bytes' },
);

/**
 * Exactly `sizeBytes` pass in one direction of a connection, then both sides hear its end: a message that is cut off in the
 * middle.
 */
export function limit({ sizeBytes, direction: only }: Static<typeof limitFault>): Effect {
  return onLanes({ limitBytes: sizeBytes }, only);
}
