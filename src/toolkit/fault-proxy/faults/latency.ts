import { type Static, Type } from 'typebox';
import { type Effect, onLanes } from './effect.ts';
import { seed, waitMs } from './fault-settings.ts';

export const latencyFault = Type.Object(
  {
    kind: Type.Literal('latency'),
    ms: waitMs('how much longer a round trip takes'),
    jitterMs: Type.Optional(waitMs('up to how much more or less than that')),
    seed,
  },
  { additionalProperties: false, description: 'a round trip takes longer' },
);

/**
 * A round trip takes `ms` longer, give or take up to `jitterMs`: half of it on the way there, half on the way back. Bytes
 * never overtake each other. Connecting is not slower: the proxy answers that itself.
 */
export function latency({ ms, jitterMs = 0, seed: drawnFrom = 0 }: Static<typeof latencyFault>): Effect {
  const delayMs = (chance: () => number) => Math.max(0, ms + (2 * chance() - 1) * jitterMs) / 2;
  return { ...onLanes({ delayMs }), seed: drawnFrom };
}
