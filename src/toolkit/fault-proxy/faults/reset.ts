import { type Static, Type } from 'typebox';
import { type Effect, noEffect } from './effect.ts';
import { waitMs } from './fault-settings.ts';

export const resetFault = Type.Object(
  { kind: Type.Literal('reset'), afterMs: Type.Optional(waitMs('how long a connection lives before; 0 without it')) },
  { additionalProperties: false, description: 'connections are cut' },
);

/**
 * A service that is refused: every connection is cut with a RST at once, new ones as soon as they are there; or each of them
 * `afterMs` later, and until then all is well.
 */
export function reset({ afterMs = 0 }: Static<typeof resetFault>): Effect {
  return { ...noEffect, livesMs: afterMs };
}
