import { type Static, type TSchema, Type } from 'typebox';
import { scenarioSchema } from '../../load/scenario-schema.ts';
import { stackVariants } from '../../stack/stack-shape.ts';
import { chaosFaults } from '../fault/fault-registry.ts';
import { capabilities } from '../system/capability.ts';
import { durationSchema } from './duration.ts';
import { guardSchema, steadyProbeSchema } from './probe-schema.ts';

/** Every object of the file: an unknown key is an error, never silence. */
const closed = { additionalProperties: false } as const;

const system = Type.Object(
  {
    mode: Type.Enum(['embedded', 'stack'], {
      description:
        'embedded: one server with everything in it. stack: servers and workers on Redis, Kafka and PostgreSQL.',
    }),
    // more of them on one machine say nothing that four do not
    servers: Type.Optional(Type.Integer({ minimum: 1, maximum: 4, description: 'Default 2; embedded there is one.' })),
    workers: Type.Optional(Type.Integer({ minimum: 1, maximum: 4, description: 'Default 2; embedded there is none.' })),
    with: Type.Optional(
      Type.Array(Type.Enum([...stackVariants]), {
        maxItems: stackVariants.length,
        uniqueItems: true,
        description: 'What the stack has instead of one Redis and one broker.',
      }),
    ),
    settings: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-zA-Z.]+$' }),
        Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
        {
          description:
            'Settings of its servers and workers, by their names in fluxgate config show: serverLeaseMs: 3000',
        },
      ),
    ),
    planted: Type.Optional(
      Type.String({
        pattern: '^[a-z-]+$',
        description:
          'A defect of test/planted that the server is run with: a negative control, which has to be caught.',
      }),
    ),
  },
  { ...closed, description: 'What the experiment is made on. It is started for it and removed after it.' },
);

/** A day: longer than anybody watches. */
const target = Type.String({
  pattern:
    '^(controller|redis-primary|(any|every)-(server|worker|redis|kafka|sentinel)|[a-z]+(-[1-9])?(>[a-z]+(-[1-9])?)?)$',
  description:
    'server-1, worker-2, redis, kafka-3, sentinel-1, postgres; controller (the worker that has the lease); redis-primary (the ' +
    'one with the keys of the sale); any-server (one, by the seed); every-kafka (all of them); server-1>redis (the way between ' +
    'two parts, for faults of the network).',
});

/** One entry of the timeline as the file has it; its parameters are checked by its fault. */
export interface TimedFaultFile {
  readonly at: string;
  readonly for?: string;
  readonly fault: string;
  readonly target: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

function timedFault(): TSchema {
  const entries = [...chaosFaults.values()].map(({ name, summary, parameters, lasts }) => {
    const needed = (parameters.required ?? []).length > 0;
    return Type.Object(
      {
        at: durationSchema('After the steady state was seen.'),
        ...(lasts === 'while'
          ? { for: Type.Optional(durationSchema('Until its undo. Default 0s: undone at once.')) }
          : {}),
        fault: Type.Literal(name, { description: summary }),
        target,
        parameters: needed ? parameters : Type.Optional(parameters),
      },
      closed,
    );
  });
  return Type.Union(entries);
}

/** A chaos experiment, as it is written. */
const invariantNames = ['no-oversell', 'conservation', 'no-lost-order', 'no-duplicate', 'limits', 'liveness'] as const;

export const experimentSchema = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 120 }),
    why: Type.String({ minLength: 1, maxLength: 2_000, description: 'What it teaches: printed by chaos explain.' }),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1, description: 'Default 1.' })),
    needs: Type.Optional(
      Type.Array(Type.Enum(Object.keys(capabilities)), {
        maxItems: Object.keys(capabilities).length,
        uniqueItems: true,
        description:
          'Beyond what system and faults need by themselves. Where one is missing the experiment is skipped.',
      }),
    ),
    system,
    load: Type.Union([Type.String({ minLength: 1, maxLength: 500 }), scenarioSchema], {
      description: 'A scenario: the name of one that ships, a file beside this one, or written out here.',
    }),
    steadyState: Type.Array(steadyProbeSchema, {
      minItems: 1,
      maxItems: 20, // each is asked several times a second
      description: 'What is normal. An experiment whose system is not normal before it proves nothing.',
    }),
    faults: Type.Array(Type.Unsafe<TimedFaultFile>(timedFault()), {
      // a negative control has its fault in the code
      minItems: 0,
      maxItems: 50,
      description: 'The timeline. Faults may overlap.',
    }),
    abort: Type.Optional(
      Type.Array(guardSchema, { maxItems: 10, description: 'What ends the experiment at once and undoes everything.' }),
    ),
    recovery: Type.Optional(
      Type.Object(
        { within: durationSchema('From the last undo to the steady state; default 30s.') },
        { ...closed, description: 'How long the system may take to be normal again.' },
      ),
    ),
    verify: Type.Optional(
      Type.Object(
        {
          wait: Type.Optional(durationSchema('How long outbox and lag may take to drain; default 60s.')),
          maxRevoked: Type.Optional(
            Type.Integer({ minimum: 0, description: 'Revoked orders that are no finding; default 0.' }),
          ),
        },
        { ...closed, description: 'The books are always compared at the end, with what every buyer heard.' },
      ),
    ),
    expected: Type.Optional(
      Type.Object(
        {
          verdict: Type.Enum(['passed', 'violated', 'deviated']),
          invariant: Type.Optional(
            Type.Enum(invariantNames, { description: 'Of violated: the one that verify has to find.' }),
          ),
          alongside: Type.Optional(
            Type.Array(Type.Enum(invariantNames), {
              uniqueItems: true,
              description:
                'Further ones that the same defect may violate; any other that is found is a defect of its own.',
            }),
          ),
          because: Type.String({
            minLength: 1,
            maxLength: 1_000,
            description: 'The weakness that this shows, or the defect.',
          }),
        },
        { ...closed, description: 'Left out: passed. Anything else than what is expected fails the experiment.' },
      ),
    ),
  },
  { ...closed, title: 'A chaos experiment of fluxgate' },
);

export type ExperimentFile = Static<typeof experimentSchema>;
