import { type Static, Type } from 'typebox';

const textOrNull = Type.Union([Type.String(), Type.Null()]);
const numberOrNull = Type.Union([Type.Number(), Type.Null()]);
const count = Type.Integer({ minimum: 0 });

const evidence = Type.Object({
  seen: Type.Boolean(),
  what: Type.String(),
  facts: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
});

const fault = Type.Object({
  fault: Type.String(),
  target: Type.String(),
  says: Type.String({ description: 'What it did, in words' }),
  injectedMs: numberOrNull,
  undoneMs: numberOrNull,
  evidence: Type.Union([evidence, Type.Null()]),
  failed: textOrNull,
});

const probe = Type.Object({
  title: Type.String(),
  min: numberOrNull,
  max: numberOrNull,
  check: Type.Array(Type.String()),
});

const load = Type.Object({
  title: Type.String(),
  sent: count,
  answered: count,
  outcomes: Type.Record(Type.String(), count),
  doubts: Type.Array(Type.String(), { description: 'Why its latencies are to be doubted' }),
});

const verify = Type.Object({
  verdict: Type.String(),
  summary: Type.String(),
  findings: Type.Array(Type.Object({ invariant: Type.String(), text: Type.String(), look: Type.String() })),
});

export const experimentResultSchema = Type.Object({
  name: Type.String(),
  title: Type.String(),
  why: Type.String(),
  seed: count,
  verdict: Type.Enum(['passed', 'violated', 'deviated', 'inconclusive', 'skipped']),
  expected: Type.Object({ verdict: Type.String(), invariant: textOrNull, because: textOrNull }),
  asExpected: Type.Boolean(),
  exitCode: Type.Integer(),
  summary: Type.String(),
  reasons: Type.Array(Type.String()),
  startedAt: Type.String({ format: 'date-time' }),
  tookMs: Type.Number(),
  saleId: textOrNull,
  faults: Type.Array(fault, { description: 'Times in milliseconds since the steady state was seen' }),
  probes: Type.Array(probe),
  samples: Type.Array(Type.Object({ atMs: Type.Number(), values: Type.Array(numberOrNull) }), {
    description: 'What each probe said; null: nobody answered',
  }),
  recovery: Type.Object({ withinMs: Type.Number(), tookMs: numberOrNull }),
  load: Type.Union([load, Type.Null()]),
  verify: Type.Union([verify, Type.Null()]),
  notes: Type.Array(Type.String(), {
    description: 'What else happened: a server that ended by itself and was started again',
  }),
});
export type ExperimentResult = Static<typeof experimentResultSchema>;

/** What `fluxgate chaos run --json` prints. Published as docs/schemas/chaos-journal.schema.json. */
export const chaosResultSchema = Type.Object(
  {
    format: Type.Literal('fluxgate-chaos'),
    version: Type.Literal(1),
    runId: Type.String(),
    startedAt: Type.String({ format: 'date-time' }),
    tookMs: Type.Number(),
    shuffleSeed: Type.Union([count, Type.Null()], { description: 'Of the order; null: as they were named' }),
    exitCode: Type.Integer(),
    folder: Type.String({ description: 'Where journal and reports are' }),
    experiments: Type.Array(experimentResultSchema),
  },
  {
    $id: 'urn:fluxgate:chaos-journal:1',
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Journal of fluxgate chaos run',
  },
);
export type ChaosResult = Static<typeof chaosResultSchema>;
