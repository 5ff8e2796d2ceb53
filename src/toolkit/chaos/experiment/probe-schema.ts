import { type Static, type TProperties, Type } from 'typebox';
import { historyOutcomes } from '../../history/history-entry.ts';
import { durationSchema } from './duration.ts';

const closed = { additionalProperties: false } as const;

/** When a probe is held against its tolerance. */
export const checkMoments = ['before', 'during', 'after'] as const;
export type CheckMoment = (typeof checkMoments)[number];

const tolerance = {
  min: Type.Optional(Type.Number({ description: 'The least that is normal.' })),
  max: Type.Optional(Type.Number({ description: 'The most that is normal.' })),
};
const outcomes = Type.Array(Type.Enum([...historyOutcomes]), {
  minItems: 1,
  maxItems: historyOutcomes.length,
  uniqueItems: true,
  description: 'What buyers heard.',
});
/** A window of less has no answers at 10 buyers a second, one of more smooths a whole fault away. */
const window = Type.Optional(durationSchema('Over the answers of so long; default 2s, at least 500ms.'));

const http = {
  probe: Type.Literal('http', {
    description: 'How many of them answer 200 within a second, as a part of all (0 to 1).',
  }),
  of: Type.String({
    pattern: '^((every-)?(server|worker)|(server|worker)-[1-9])$',
    description: 'every-server, every-worker, or one by its name (server-1).',
  }),
  path: Type.Optional(
    Type.String({
      pattern: '^/[\\w./-]*$',
      maxLength: 200,
      description: 'Default /readyz, which says: it can take orders.',
    }),
  ),
};
const share = {
  probe: Type.Literal('share', { description: 'These outcomes, as a part of all answers (0 to 1).' }),
  outcomes,
  window,
};
const rate = {
  probe: Type.Literal('rate', { description: 'Answers of these outcomes, a second.' }),
  outcomes,
  window,
};
const latency = {
  probe: Type.Literal('latency', {
    description: 'The slowest hundredth (p99) of the answers, in milliseconds from when the buyer came.',
  }),
  window,
};
const lag = {
  probe: Type.Literal('lag', { description: 'Records in the order log that the ledger does not have yet.' }),
};
const stock = {
  probe: Type.Literal('stock', { description: "A figure of the experiment's sale, in units over all products." }),
  figure: Type.Enum(['free', 'held', 'sold', 'oversold', 'outbox', 'overdue'], {
    description:
      'free: at the gate. held and sold: in the ledger. oversold: held and sold beyond the total. outbox: orders not known ' +
      'to be in the log. overdue: holds past their deadline.',
  }),
};
const stats = {
  probe: Type.Literal('stats', { description: 'Any number of a server, as GET /stats has it.' }),
  path: Type.String({
    pattern: '^[\\w-]+(\\.[\\w-]+)*$',
    maxLength: 200,
    description: 'Keys with dots between them, numbers for items of a list: queues.waiting',
  }),
};

const title = Type.Optional(Type.String({ minLength: 1, maxLength: 120, description: 'As the report calls it.' }));

function steady<Fields extends TProperties>(fields: Fields) {
  const check = Type.Optional(
    Type.Array(Type.Enum([...checkMoments]), {
      minItems: 1,
      maxItems: checkMoments.length,
      uniqueItems: true,
      description:
        'before: or nothing is started. during: from the first fault to the end of the recovery. after: within the recovery ' +
        'bound. Default: all three.',
    }),
  );
  return Type.Object({ ...fields, title, ...tolerance, check }, closed);
}

function guard<Fields extends TProperties>(fields: Fields) {
  const crossedFor = Type.Optional(durationSchema('How long it has to be beyond its tolerance; default 0s.'));
  return Type.Object({ ...fields, title, ...tolerance, crossedFor }, closed);
}

/** A figure of the system in its steady state, and what is normal. */
export const steadyProbeSchema = Type.Union([
  steady(http),
  steady(share),
  steady(rate),
  steady(latency),
  steady(lag),
  steady(stock),
  steady(stats),
]);

/** A figure that ends the experiment at once. */
export const guardSchema = Type.Union([
  guard(http),
  guard(share),
  guard(rate),
  guard(latency),
  guard(lag),
  guard(stock),
  guard(stats),
]);

export type SteadyProbeFile = Static<typeof steadyProbeSchema>;
export type GuardFile = Static<typeof guardSchema>;
