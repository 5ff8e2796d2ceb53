import { Type } from 'typebox';
import { type Effect, onLanes } from './effect.ts';

export const blackholeFault = Type.Object(
  { kind: Type.Literal('blackhole') },
  { additionalProperties: false, description: 'bytes of both sides vanish' },
);

/** A network that is parted: bytes and ends of both sides vanish, connections stay, new ones open and hear nothing. */
export function blackhole(): Effect {
  return onLanes({ swallows: true });
}
