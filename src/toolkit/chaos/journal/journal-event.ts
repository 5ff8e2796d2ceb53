import { type Static, Type } from 'typebox';

const at = Type.String({ format: 'date-time' });
const evidence = Type.Object({
  seen: Type.Boolean(),
  what: Type.String(),
  facts: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
});
const phase = Type.Enum(['seed', 'before', 'faults', 'recovery', 'load', 'verify']);
const number = Type.Integer({ minimum: 0 });

/** One line of a journal: what the runner was about to do, or did, in the order in which it happened. */
export const journalEventSchema = Type.Union([
  Type.Object({
    kind: Type.Literal('run_started'),
    at,
    runId: Type.String(),
    /** Whose undos these are, until it has gone. */
    runner: Type.Object({ pid: Type.Integer(), identity: Type.String() }),
    version: Type.String(),
    seed: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Of the order of experiments; null: as they were named',
    }),
    experiments: Type.Array(Type.String()),
  }),
  /** Before anything of it is made: whatever is there of it later was made by this run. */
  Type.Object({ kind: Type.Literal('system_opening'), at, path: Type.String(), stack: Type.Boolean() }),
  Type.Object({ kind: Type.Literal('system_closed'), at, path: Type.String() }),
  Type.Object({
    kind: Type.Literal('experiment_started'),
    at,
    name: Type.String(),
    seed: number,
    saleId: Type.String(),
  }),
  Type.Object({ kind: Type.Literal('phase'), at, phase }),
  /** Before its fault is injected. */
  Type.Object({
    kind: Type.Literal('undo_registered'),
    at,
    id: number,
    fault: Type.String(),
    target: Type.String(),
    note: Type.Unknown(),
  }),
  Type.Object({ kind: Type.Literal('fault_injected'), at, id: number, evidence }),
  Type.Object({ kind: Type.Literal('fault_seen'), at, id: number, evidence }),
  Type.Object({ kind: Type.Literal('fault_failed'), at, id: number, why: Type.String() }),
  Type.Object({ kind: Type.Literal('undone'), at, id: number, by: Type.Enum(['timeline', 'end', 'next_command']) }),
  Type.Object({ kind: Type.Literal('undo_failed'), at, id: number, why: Type.String() }),
  Type.Object({ kind: Type.Literal('noted'), at, what: Type.String() }),
  Type.Object({
    kind: Type.Literal('experiment_ended'),
    at,
    name: Type.String(),
    verdict: Type.String(),
    summary: Type.String(),
  }),
  Type.Object({ kind: Type.Literal('run_ended'), at }),
]);
export type JournalEvent = Static<typeof journalEventSchema>;

type WithoutAt<Event> = Event extends unknown ? Omit<Event, 'at'> : never;
/** An event before the journal says when. */
export type NewJournalEvent = WithoutAt<JournalEvent>;
