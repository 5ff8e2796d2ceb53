import { type Static, Type } from 'typebox';
import { type Effect, noEffect } from './effect.ts';

/** A minute: every deadline of ours is over by then, and what is slower is a blackhole. */
const mostMs = 60_000;

export const latencyFault = Type.Object(
  {
    kind: Type.Literal('latency'),
    ms: Type.Number({ minimum: 0, maximum: mostMs }),
    jitterMs: Type.Optional(Type.Number({ minimum: 0, maximum: mostMs })),
  },
  { additionalProperties: false },
);

/**
 * A round trip takes `ms` longer, give or take up to `jitterMs`: half of it on the way there, half on the way back. Bytes
 * never overtake each other. Connecting is not slower: the proxy answers that itself.
 */
export function latency({ ms, jitterMs = 0 }: Static<typeof latencyFault>, chance = Math.random): Effect {
  return { ...noEffect, delayMs: () => Math.max(0, ms + (2 * chance() - 1) * jitterMs) / 2 };
}
