import { type Static, Type } from 'typebox';

const text = Type.String();
/** Optional: not every system says it. */
const identity = Type.Optional(Type.String());
const stepResult = Type.Enum(['done', 'not_needed', 'failed', 'interrupted']);

/** One line of a run's journal (NDJSON). Every line has `at`. Nothing in it is secret: it is masked before it is written. */
export const journalEvent = Type.Union([
  Type.Object({
    event: Type.Literal('run_started'),
    at: text,
    /** Changes when an older program could not read the journal any more. */
    format: Type.Literal(1),
    run: text,
    runbook: text,
    path: text,
    title: text,
    digest: text,
    by: text,
    pid: Type.Integer(),
    identity,
    version: text,
    parameters: Type.Record(Type.String(), Type.String()),
    /** What this run is about: all steps, or those that were asked for. */
    steps: Type.Array(text),
  }),
  Type.Object({ event: Type.Literal('run_resumed'), at: text, by: text, pid: Type.Integer(), identity, version: text }),
  Type.Object({ event: Type.Literal('step_started'), at: text, step: text, title: text }),
  /** From here on its rollback has something to take back. */
  Type.Object({ event: Type.Literal('change_begun'), at: text, step: text }),
  Type.Object({
    event: Type.Literal('command_ended'),
    at: text,
    step: text,
    role: text,
    command: text,
    ended: Type.Enum(['exited', 'killed', 'timed_out', 'interrupted', 'not_started']),
    /** Exit code, signal, or why it did not start. */
    with: Type.Union([Type.Integer(), Type.String(), Type.Null()]),
    attempts: Type.Integer(),
    ms: Type.Integer(),
    output: text,
  }),
  Type.Object({
    event: Type.Literal('answered'),
    at: text,
    step: text,
    question: text,
    answer: Type.Enum(['yes', 'no']),
    how: Type.Enum(['terminal', '--yes', '--confirm']),
    by: text,
  }),
  Type.Object({
    event: Type.Literal('step_ended'),
    at: text,
    step: text,
    result: stepResult,
    why: text,
    ms: Type.Integer(),
  }),
  Type.Object({
    event: Type.Literal('rolled_back'),
    at: text,
    step: text,
    result: Type.Enum(['done', 'failed']),
    why: text,
  }),
  Type.Object({
    event: Type.Literal('run_ended'),
    at: text,
    result: Type.Enum(['done', 'failed', 'rolled_back', 'interrupted']),
  }),
]);

export type JournalEvent = Static<typeof journalEvent>;
export type StepResult = Static<typeof stepResult>;

type Untimed<Event> = Event extends unknown
  ? { readonly [Key in keyof Event as Exclude<Key, 'at'>]: Readonly<Event[Key]> }
  : never;
/** An event whose time the journal adds. */
export type NewEvent = Untimed<JournalEvent>;

/** Where a run writes what happens, in order. */
export interface RunJournal {
  readonly path: string;
  /** Returns when the disk has it. @throws FluxError `journal_unwritable` */
  write(event: NewEvent): void;
  close(): void;
}
