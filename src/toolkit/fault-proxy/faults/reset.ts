import { Type } from 'typebox';
import { type Effect, noEffect } from './effect.ts';

export const resetFault = Type.Object({ kind: Type.Literal('reset') }, { additionalProperties: false });

/** A service that is refused: every connection is cut with a RST at once, new ones as soon as they are there. */
export function reset(): Effect {
  return { ...noEffect, cuts: true };
}
