import { Type } from 'typebox';

/** A minute: every deadline of ours is over by then, and what is slower is a blackhole. */
export const waitMs = (description: string) => Type.Number({ minimum: 0, maximum: 60_000, description });

/** Where a fault can hold for one direction alone. */
export const direction = Type.Optional(
  Type.Union([Type.Literal('request'), Type.Literal('answer')], {
    description: 'to the upstream (request) or back from it (answer); without it both',
  }),
);

/** What is drawn is the same for the same seed, connection and chunk. */
export const seed = Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: 'of what is drawn' }));
