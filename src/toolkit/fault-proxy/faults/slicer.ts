import { type Static, Type } from 'typebox';
import { type Effect, onLanes } from './effect.ts';
import { direction, seed } from './fault-settings.ts';

export const slicerFault = Type.Object(
  {
    kind: Type.Literal('slicer'),
    sizeBytes: Type.Integer({ minimum: 1, maximum: 65_536, description: 'of a piece' }),
    variationBytes: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 65_536, description: 'up to how much more or less than that; 0 without it' }),
    ),
    // without any the kernel would put the pieces together again
    pauseMs: Type.Optional(
      Type.Number({ minimum: 1, maximum: 1_000, description: 'between two pieces; 1 without it' }),
    ),
    direction,
    seed,
  },
  { additionalProperties: false, description: 'bytes arrive in small pieces' },
);

/** Cuts what passes into pieces with a pause between them: whoever takes one read for one message is found out. */
export function slicer(fault: Static<typeof slicerFault>): Effect {
  const { sizeBytes, variationBytes = 0, pauseMs = 1, seed: drawnFrom = 0 } = fault;
  const pieceBytes = (chance: () => number) => Math.max(1, Math.round(sizeBytes + (2 * chance() - 1) * variationBytes));
  return { ...onLanes({ pieceBytes, gapMs: () => pauseMs }, fault.direction), seed: drawnFrom };
}
