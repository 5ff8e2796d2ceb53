import { type Static, Type } from 'typebox';
import { historyOutcomes } from '../history/history-entry.ts';

/** An unknown field is a mistake of the writer, never silence. */
const closed = { additionalProperties: false } as const;

const count = Type.Integer({ minimum: 0 });
const milliseconds = Type.Number({ minimum: 0 });
const perSecond = Type.Number({ minimum: 0 });
const cores = Type.Number({ minimum: 0, description: 'Processor time over real time: 1 is one core all the time' });
const text = Type.String();
const histogram = Type.String({ description: 'HdrHistogram V2, compressed, Base64; values in microseconds' });
const outcome = Type.Enum([...historyOutcomes]);
const answers = Type.Partial(Type.Record(outcome, count));
const orNull = <Kind extends ReturnType<typeof Type.Number | typeof Type.String>>(kind: Kind) =>
  Type.Union([kind, Type.Null()]);

const summary = Type.Object(
  { n: count, p50: milliseconds, p90: milliseconds, p99: milliseconds, p999: milliseconds, max: milliseconds },
  closed,
);

const outcomeReport = Type.Object(
  {
    latencyMs: summary,
    serviceMs: summary,
    histograms: Type.Object({ latency: histogram, service: histogram }, closed),
  },
  {
    ...closed,
    description:
      'latency: from the scheduled moment to the answer, what a buyer waits. ' +
      'service: from the request on a connection to the answer, what the server was seen to take.',
  },
);

const loopDelayMs = Type.Object({ p50: milliseconds, p99: milliseconds, max: milliseconds }, closed);
const busy = Type.Number({
  minimum: 0,
  maximum: 1,
  description: "Part of the time that the generator's thread was at work: at 1 it could not have sent more",
});

const generatorProcess = Type.Object(
  {
    arrived: count,
    sent: count,
    sendLagMs: summary,
    eventLoopDelayMs: loopDelayMs,
    cpuCores: cores,
    busy,
  },
  closed,
);

const generator = Type.Object(
  {
    processes: Type.Array(generatorProcess),
    died: Type.Integer({
      minimum: 0,
      description: 'Processes that ended before they reported: their share is missing',
    }),
    sendLagMs: Type.Object(summary.properties, { ...closed, description: 'From the scheduled moment to the send' }),
    eventLoopDelayMs: Type.Object(loopDelayMs.properties, { ...closed, description: 'Of the worst process' }),
    cpuCores: cores,
    busy,
    bottleneck: Type.Array(text, { description: 'Reasons to doubt the numbers; empty where the generator kept up' }),
  },
  closed,
);

const slice = Type.Object(
  {
    planned: Type.Integer({ minimum: 0, description: 'Arrivals whose scheduled moment is in this slice' }),
    arrived: Type.Integer({ minimum: 0, description: 'Arrivals that the generator took up in this slice' }),
    sent: count,
    retries: count,
    dropped: count,
    late: count,
    answers: Type.Partial(Type.Record(outcome, count), { description: 'Answers that came in this slice' }),
    latency: Type.Partial(Type.Record(outcome, histogram), {
      description: 'Of the requests that were due in this slice, whenever their answers came',
    }),
    inFlight: Type.Integer({ minimum: 0, description: 'Requests under way when the slice ended' }),
    generator: Type.Object({ sendLagMs: summary, eventLoopDelayMaxMs: milliseconds, cpuCores: cores, busy }, closed),
  },
  closed,
);

const stockSample = Type.Object(
  {
    atMs: milliseconds,
    products: Type.Array(Type.Object({ productId: text, total: Type.Integer(), free: Type.Integer() }, closed)),
  },
  closed,
);

const serverSample = Type.Object(
  {
    atMs: milliseconds,
    reachable: Type.Boolean({ description: 'False where it did not answer; every other field is null then' }),
    serverId: orNull(text),
    cpuCores: Type.Union([cores, Type.Null()], {
      description: 'Since the sample before, of the process that answered',
    }),
    rssBytes: orNull(Type.Number()),
    lag: Type.Union([Type.Number(), Type.Null()], {
      description: 'Records in the order log that the ledger has not yet',
    }),
    outbox: orNull(Type.Number()),
    queued: Type.Union([Type.Number(), Type.Null()], { description: 'Requests that wait inside the server' }),
    epoch: orNull(Type.Number()),
  },
  closed,
);

const thresholdCheck = Type.Object(
  {
    name: text,
    limit: Type.Number(),
    actual: Type.Union([Type.Number(), Type.Null()], { description: 'Null where nothing was measured' }),
    ok: Type.Boolean(),
    needsHonestGenerator: Type.Boolean({
      description: 'Whether a generator that did not keep up makes the number worthless',
    }),
  },
  closed,
);

/** What a load run came to: `--json`, `--report`, and what reports are made of. Published as docs/schemas/load-result.schema.json. */
export const loadResultSchema = Type.Object(
  {
    format: Type.Literal('fluxgate-load'),
    version: Type.Literal(2),
    title: text,
    why: text,
    scenarioDigest: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'SHA-256 of the scenario without its seed: two runs with the same digest did the same',
    }),
    seed: count,
    target: text,
    saleId: text,
    startedAt: Type.String({ format: 'date-time', description: 'Zero of every atMs' }),
    durationMs: Type.Number({ minimum: 0, description: 'To the last answer' }),
    planMs: Type.Number({ minimum: 0, description: 'To the end of the planned arrivals' }),
    ended: Type.Enum(['completed', 'hard_stop', 'interrupted']),
    sharedMachine: Type.Boolean({
      description: 'True where client and server share a machine: they took processor time from each other',
    }),
    machine: Type.Object({ cores: count, cpu: text, node: text, platform: text }, closed),
    serverVersion: Type.Union([text, Type.Null()]),
    arrivals: Type.Object(
      { planned: count, arrived: count, targetPerSecond: perSecond, achievedPerSecond: perSecond },
      closed,
    ),
    requests: Type.Object(
      {
        sent: count,
        answered: count,
        retries: count,
        givenUp: Type.Integer({
          minimum: 0,
          description: 'Orders whose last answer asked for another try that the run had no time or room for',
        }),
        dropped: Type.Integer({ minimum: 0, description: 'Not sent: as many as maxInFlight were under way' }),
        late: Type.Integer({ minimum: 0, description: 'Sent more than 50 ms after their moment' }),
        errorRate: Type.Number({
          minimum: 0,
          maximum: 1,
          description: 'Errors and drops as a part of everything wanted',
        }),
        goodputPerSecond: Type.Number({ minimum: 0, description: 'Accepted orders a second; nothing else is goodput' }),
        refusalsPerSecond: Type.Number({ minimum: 0, description: 'Definite answers that took no order, a second' }),
      },
      closed,
    ),
    all: outcomeReport,
    outcomes: Type.Partial(Type.Record(outcome, outcomeReport)),
    behaviours: Type.Record(text, Type.Object({ arrived: count, answers }, closed), {
      description: 'What each kind of buyer came to, by the answers to its requests',
    }),
    calls: Type.Record(text, Type.Object({ n: count, failed: count, latencyMs: summary }, closed), {
      description:
        'What buyers asked besides orders: tickets and places of the waiting room, cancellations, and how slow requests ended. ' +
        'Failed ones count as errors',
    }),
    fairness: Type.Object(
      {
        firstCome: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()], {
          description:
            'How often, of a winner and one who was told sold out, the winner had come first: 1 is strict, 0.5 a lottery. ' +
            'Null where nobody won or nobody lost',
        }),
        botShare: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()], {
          description: 'Units that bots got, as a part of all; null where no unit was sold',
        }),
      },
      closed,
    ),
    errors: Type.Array(Type.Object({ error: text, n: count }, closed), { description: 'The commonest twenty' }),
    slices: Type.Object(
      {
        everyMs: Type.Number({ exclusiveMinimum: 0 }),
        list: Type.Array(slice, { description: 'One after the other from zero on, without a gap' }),
      },
      closed,
    ),
    stock: Type.Array(stockSample, { description: 'Free units as the server said; a gap where it did not answer' }),
    server: Type.Array(serverSample, { description: 'Empty where the server does not show its figures' }),
    generator,
    thresholds: Type.Array(thresholdCheck),
    doubts: Type.Array(text, { description: 'Why the numbers are to be doubted; empty where they are not' }),
    verdict: Type.Enum(['passed', 'failed', 'inconclusive']),
    history: Type.Union([text, Type.Null()], { description: 'Where every request was written' }),
  },
  {
    ...closed,
    $id: 'urn:fluxgate:load-result:2',
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Result of fluxgate load run',
  },
);

export type LoadResult = Static<typeof loadResultSchema>;
export type LoadVerdict = LoadResult['verdict'];
export type OutcomeReport = Static<typeof outcomeReport>;
export type ThresholdCheck = Static<typeof thresholdCheck>;
export type GeneratorReport = Static<typeof generator>;
export type LoadSlice = Static<typeof slice>;
export type StockSample = Static<typeof stockSample>;
export type ServerSample = Static<typeof serverSample>;
