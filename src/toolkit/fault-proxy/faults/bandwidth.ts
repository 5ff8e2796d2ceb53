import { type Static, Type } from 'typebox';
import { type Effect, onLanes } from './effect.ts';
import { direction } from './fault-settings.ts';

/** Pieces of 50 ms: few enough for a fast line, small enough that a slow one trickles. */
const piecesPerSecond = 20;

export const bandwidthFault = Type.Object(
  {
    kind: Type.Literal('bandwidth'),
    // a modem has 5,000; a gigabit a second is more than this proxy carries
    bytesPerSecond: Type.Integer({ minimum: 1, maximum: 125_000_000, description: 'of a connection, each way' }),
    direction,
  },
  { additionalProperties: false, description: 'few bytes a second pass' },
);

/** A thin line: at most that many bytes a second pass in one direction of a connection. The sender has to wait for the rest. */
export function bandwidth({ bytesPerSecond, direction: only }: Static<typeof bandwidthFault>): Effect {
  return onLanes(
    {
      pieceBytes: () => Math.ceil(bytesPerSecond / piecesPerSecond),
      gapMs: (sizeBytes) => (sizeBytes / bytesPerSecond) * 1_000,
    },
    only,
  );
}
