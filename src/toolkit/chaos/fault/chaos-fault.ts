import type { Static, TObject, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { Capability } from '../system/capability.ts';
import type { ChaosLink, ChaosPart, ChaosSystem, PartKind, PartRef } from '../system/chaos-system.ts';

/** Whether a fault was seen to take effect: a fault that nobody saw proves nothing about who survived it. */
export interface Evidence {
  readonly seen: boolean;
  /** A sentence with what was looked at: "process 123 stands still (state T)". */
  readonly what: string;
  readonly facts?: Readonly<Record<string, string | number>>;
}

export type TargetKind = PartKind | 'link';

/** What a fault is given to work with. */
export interface FaultContext<Parameters, Target> {
  readonly parameters: Parameters;
  readonly target: Target;
  readonly system: ChaosSystem;
  /** 0 to below 1, from the experiment's seed. */
  readonly chance: () => number;
  /** Keeps something in this process (a connection with a lock, a busy child) until the undo, which closes it first. */
  keep(close: () => Promise<unknown> | unknown): void;
}

/** What an undo is given. It may run in another process than the fault did: then the note is all it knows. */
export interface UndoTools {
  /** Whether the process that made the fault runs this undo. */
  readonly sameRunner: boolean;
  /** When a process started: tells it from a later one with the same pid. Undefined where there is none. */
  readonly identityOf: (pid: number) => string | undefined;
  /** Starts a part that is down, and waits until it answers. Nothing where it runs, or went with its runner. */
  startAgain(part: PartRef): Promise<void>;
}

/**
 * A way to hurt a part of the system. The runner calls `prepare`, writes its note into the journal, calls `inject`, and at
 * the end of the fault `undo` with that note: also where `inject` threw halfway, also twice, also in another process after a
 * crash. So everything that an undo needs has to be in the note, and undoing what is not there has to be harmless.
 */
interface FaultSpec<Parameters extends TObject, Note extends TSchema, Target> {
  /** As an experiment names it. */
  readonly name: string;
  /** What it does, in a sentence for `chaos explain` and the docs. */
  readonly summary: string;
  /** What has to be seen before it counts as done, and what puts it back: for the docs. */
  readonly evidence: string;
  readonly undoing: string;
  /** Each with a description; every bound has a reason. */
  readonly parameters: Parameters;
  readonly note: Note;
  /** A fault of a moment has no `for`: what it did has no end that could be waited for. */
  readonly lasts: 'while' | 'moment';
  readonly needs: (parameters: Static<Parameters>) => readonly Capability[];
  /** "redis stands still", for a target and its parameters. */
  readonly says: (target: string, parameters: Static<Parameters>) => string;
  /** Looks, changes nothing, and writes down what its undo will need. @throws FluxError where it cannot be done */
  readonly prepare: (context: FaultContext<Static<Parameters>, Target>) => Promise<Static<Note>>;
  readonly inject: (context: FaultContext<Static<Parameters>, Target>, note: Static<Note>) => Promise<Evidence>;
  /** Looked at again right before the undo, where `inject` had nothing to show yet: counters that need traffic. */
  readonly look?: (context: FaultContext<Static<Parameters>, Target>, note: Static<Note>) => Promise<Evidence>;
  readonly undo: (note: Static<Note>, tools: UndoTools) => Promise<void>;
}

/** A fault as the registry has it: parameters and note are checked against their schemas on the way in. */
export interface ChaosFault
  extends Pick<
    FaultSpec<TObject, TSchema, unknown>,
    'name' | 'summary' | 'evidence' | 'undoing' | 'parameters' | 'note' | 'lasts'
  > {
  readonly targets: readonly TargetKind[];
  needs(parameters: unknown): readonly Capability[];
  says(target: string, parameters: unknown): string;
  prepare(context: FaultContext<unknown, FaultTarget>): Promise<unknown>;
  inject(context: FaultContext<unknown, FaultTarget>, note: unknown): Promise<Evidence>;
  look: ((context: FaultContext<unknown, FaultTarget>, note: unknown) => Promise<Evidence>) | null;
  undo(note: unknown, tools: UndoTools): Promise<void>;
}

export type FaultTarget = ChaosPart | ChaosLink;

/** A fault of a process or container. */
export function partFault<Parameters extends TObject, Note extends TSchema>(
  spec: FaultSpec<Parameters, Note, ChaosPart> & { readonly targets: readonly PartKind[] },
): ChaosFault {
  return erased(spec, (target): target is ChaosPart => target.kind !== 'link');
}

/** A fault of the way between parts. */
export function linkFault<Parameters extends TObject, Note extends TSchema>(
  spec: FaultSpec<Parameters, Note, ChaosLink>,
): ChaosFault {
  return erased({ ...spec, targets: ['link'] }, (target): target is ChaosLink => target.kind === 'link');
}

function erased<Parameters extends TObject, Note extends TSchema, Target extends FaultTarget>(
  spec: FaultSpec<Parameters, Note, Target> & { readonly targets: readonly TargetKind[] },
  isTarget: (target: FaultTarget) => target is Target,
): ChaosFault {
  const { name, look } = spec;
  const known = (context: FaultContext<unknown, FaultTarget>): FaultContext<Static<Parameters>, Target> => {
    const { target } = context;
    if (!isTarget(target)) throw new FluxError('fault', `the fault ${name} was given ${target.kind} ${target.name}`);
    return { ...context, target, parameters: checked(spec.parameters, context.parameters, `parameters of ${name}`) };
  };
  const noteOf = (note: unknown) => checked(spec.note, note, `the note of ${name}`);
  return {
    name,
    summary: spec.summary,
    evidence: spec.evidence,
    undoing: spec.undoing,
    parameters: spec.parameters,
    note: spec.note,
    lasts: spec.lasts,
    targets: spec.targets,
    needs: (parameters) => spec.needs(checked(spec.parameters, parameters, `parameters of ${name}`)),
    says: (target, parameters) => spec.says(target, checked(spec.parameters, parameters, `parameters of ${name}`)),
    prepare: async (context) => noteOf(await spec.prepare(known(context))),
    inject: async (context, note) => spec.inject(known(context), noteOf(note)),
    look: look === undefined ? null : async (context, note) => look(known(context), noteOf(note)),
    undo: async (note, tools) => spec.undo(noteOf(note), tools),
  };
}

function checked<Schema extends TSchema>(schema: Schema, value: unknown, what: string): Static<Schema> {
  if (Value.Check(schema, value)) return value;
  const [first] = Value.Errors(schema, value);
  throw new FluxError('fault', `${what} are not as its schema has them: ${first?.instancePath} ${first?.message}`);
}
