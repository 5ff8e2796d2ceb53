import { Type } from 'typebox';
import { type Effect, onLanes } from './effect.ts';

export const lostAnswersFault = Type.Object(
  { kind: Type.Literal('lost_answers') },
  { additionalProperties: false, description: 'requests arrive, their answers vanish' },
);

/** What is asked is done and nobody hears of it: requests reach the upstream, its answers vanish. */
export function lostAnswers(): Effect {
  return onLanes({ swallows: true }, 'answer');
}
