import { type Static, Type } from 'typebox';

const count = Type.Integer({ minimum: 0 });
/** An offset: 64 bits, so it travels as decimal text. */
const offset = Type.String({ pattern: '^[0-9]+$' });
const verdict = Type.Union([Type.Literal('holds'), Type.Literal('violated'), Type.Literal('inconclusive')]);
/** The names of engine/domain/invariants, spelled out: a mapped list would lose its types. */
const invariantName = Type.Union([
  Type.Literal('no-oversell'),
  Type.Literal('conservation'),
  Type.Literal('no-lost-order'),
  Type.Literal('no-duplicate'),
  Type.Literal('limits'),
  Type.Literal('liveness'),
]);

const findingSchema = Type.Object({
  invariant: invariantName,
  kind: Type.String({ description: 'Stable name of what is wrong' }),
  text: Type.String({ description: 'A sentence for people' }),
  ids: Type.Array(Type.String()),
  numbers: Type.Record(Type.String(), Type.Number()),
  look: Type.String({ description: 'The next command to type, or the place to look at' }),
});

const invariantSchema = Type.Object({
  number: Type.Integer({ description: 'Its number in docs/verify.md' }),
  name: invariantName,
  verdict,
  counted: Type.Array(Type.Object({ what: Type.String(), n: count }), { description: 'What was looked at' }),
  findings: Type.Array(findingSchema, { maxItems: 20, description: 'The first ones; findingsTotal counts all' }),
  findingsTotal: count,
  findingsAtLeast: Type.Boolean({ description: 'True where findingsTotal is a lower bound' }),
  notes: Type.Array(Type.String(), { description: 'Why it is inconclusive, or what could not be looked at' }),
});

const classesSchema = Type.Object(
  {
    ok: count,
    lost: count,
    unexpected: count,
    duplicated: count,
    recovered: count,
    revoked: count,
    late: count,
    stranded: count,
    pending: count,
  },
  { description: 'Orders by what became of them; stranded counts units, late counts records' },
);

const booksSchema = Type.Object({
  history: Type.Object({
    state: Type.Union([Type.Literal('read'), Type.Literal('absent')]),
    source: Type.Union([Type.String(), Type.Null()]),
    requests: count,
    passedOver: Type.Integer({ minimum: 0, description: 'Requests of sales that were not looked at' }),
    answers200: count,
    ordersHeard: count,
    unknownKeys: count,
    recovered: count,
    earlier: Type.Integer({ minimum: 0, description: 'Answers before `since`' }),
    truncatedLines: count,
  }),
  ledger: Type.Object({
    state: Type.Literal('read'),
    products: count,
    orders: count,
    byState: Type.Record(Type.String(), count),
    deadLetters: count,
    overdueHolds: count,
    stuckReleases: count,
  }),
  gate: Type.Object({
    state: Type.Union([Type.Literal('read'), Type.Literal('absent')]),
    source: Type.Union([Type.String(), Type.Null()]),
    sales: Type.Array(
      Type.Object({
        saleId: Type.String(),
        epoch: Type.Union([Type.Integer(), Type.Null()]),
        rebuilding: Type.Boolean(),
        free: Type.Integer({ description: 'Units over all products' }),
        outbox: count,
      }),
    ),
  }),
  orderLog: Type.Object({
    state: Type.Literal('read'),
    partitions: Type.Array(
      Type.Object({ partition: count, end: offset, committed: offset, recorded: Type.Union([offset, Type.Null()]) }),
    ),
    entries: count,
    records: count,
    markers: count,
    repeats: count,
    late: count,
    earlier: Type.Integer({ minimum: 0, description: 'Records of orders accepted before `since`' }),
    malformed: count,
    pending: count,
  }),
});

/** What `fluxgate verify --json` prints. Published as docs/schemas/verify-report.schema.json. */
export const verifyReportSchema = Type.Object(
  {
    format: Type.Literal('fluxgate-verify'),
    version: Type.Literal(1),
    verdict,
    exitCode: Type.Union([Type.Literal(0), Type.Literal(20), Type.Literal(23)]),
    summary: Type.String({ description: 'The verdict in one line' }),
    at: Type.String({ format: 'date-time' }),
    tookMs: Type.Number({ minimum: 0 }),
    waitedMs: Type.Number({ minimum: 0, description: 'Of tookMs: waited for outbox and lag to drain' }),
    sales: Type.Array(Type.String()),
    since: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'Orders accepted earlier were not looked at one by one (--since); null: all were',
    }),
    reasons: Type.Array(Type.String(), { description: 'Why nothing can be said, or not everything' }),
    books: booksSchema,
    invariants: Type.Array(invariantSchema),
    classes: classesSchema,
  },
  {
    $id: 'urn:fluxgate:verify-report:1',
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Report of fluxgate verify',
  },
);

export type VerifyReport = Static<typeof verifyReportSchema>;
export type InvariantReport = Static<typeof invariantSchema>;
export type Verdict = Static<typeof verdict>;
