import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { TimedFault } from '../experiment/experiment.ts';
import type { Evidence, FaultContext, FaultTarget, UndoTools } from '../fault/chaos-fault.ts';
import type { NewJournalEvent } from '../journal/journal-event.ts';

/** A fault on one target, from its registration on. */
export interface BookedFault {
  readonly id: number;
  readonly timed: TimedFault;
  readonly target: string;
  /** Since the timeline began. Null until it happened. */
  injectedMs: number | null;
  undoneMs: number | null;
  evidence: Evidence | null;
  /** Why it could not be injected or undone. */
  failed: string | null;
}

interface OpenFault {
  readonly booked: BookedFault;
  readonly context: FaultContext<unknown, FaultTarget>;
  readonly note: unknown;
  readonly kept: (() => Promise<unknown> | unknown)[];
  /** Null while nobody undoes it, and again after it could not be. */
  undoing: Promise<void> | null;
}

export interface FaultBookUse {
  readonly write: (event: NewJournalEvent) => void;
  readonly contextOf: (timed: TimedFault, target: FaultTarget) => Omit<FaultContext<unknown, FaultTarget>, 'keep'>;
  readonly tools: UndoTools;
  /** Since the timeline began. */
  readonly nowMs: () => number;
  /** The first number for an undo: a run of several experiments counts on. */
  readonly firstId: number;
}

/**
 * Injects faults and undoes them. The undo of each is in the journal before anything is done, and runs once, whether its time
 * has come, the experiment was ended early or the fault failed halfway.
 */
export class FaultBook {
  readonly all: BookedFault[] = [];
  readonly #use: FaultBookUse;
  readonly #open = new Map<number, OpenFault>();
  #nextId: number;
  #closed = false;

  constructor(use: FaultBookUse) {
    this.#use = use;
    this.#nextId = use.firstId;
  }

  /** Does nothing any more once `undoAll` was called. A fault that fails is noted and undone, never thrown. */
  async inject(timed: TimedFault, target: FaultTarget): Promise<BookedFault | null> {
    if (this.#closed) return null;
    const { fault } = timed;
    const id = this.#nextId;
    this.#nextId += 1;
    const booked: BookedFault = {
      id,
      timed,
      target: target.name,
      injectedMs: null,
      undoneMs: null,
      evidence: null,
      failed: null,
    };
    this.all.push(booked);
    const kept: OpenFault['kept'] = [];
    const context = {
      ...this.#use.contextOf(timed, target),
      keep: (close: OpenFault['kept'][number]) => void kept.push(close),
    };
    try {
      const note = await fault.prepare(context);
      if (this.#closed) return booked;
      this.#use.write({ kind: 'undo_registered', id, fault: fault.name, target: target.name, note });
      const open: OpenFault = { booked, context, note, kept, undoing: null };
      this.#open.set(id, open);
      booked.injectedMs = this.#use.nowMs();
      booked.evidence = await fault.inject(context, note);
      this.#use.write({ kind: 'fault_injected', id, evidence: booked.evidence });
    } catch (error) {
      booked.failed = textOf(error);
      this.#use.write({ kind: 'fault_failed', id, why: booked.failed });
      await this.undo(id);
    }
    return booked;
  }

  /** Looks for evidence once more where there was none, then puts things back. Safe to call twice. */
  async undo(id: number, by: 'timeline' | 'end' = 'timeline'): Promise<void> {
    const open = this.#open.get(id);
    if (open === undefined) return;
    open.undoing ??= this.#undo(open, by);
    await open.undoing;
  }

  /** Undoes whatever is in effect, the newest first, and injects nothing any more. */
  async undoAll(): Promise<void> {
    this.#closed = true;
    for (const id of [...this.#open.keys()].reverse()) await this.undo(id, 'end');
  }

  async #undo(open: OpenFault, by: 'timeline' | 'end'): Promise<void> {
    const { booked, context, note, kept } = open;
    const { fault } = booked.timed;
    if (booked.evidence?.seen !== true && booked.failed === null && fault.look !== null) {
      const evidence = await fault.look(context, note).catch((error) => ({ seen: false, what: textOf(error) }));
      booked.evidence = evidence;
      this.#use.write({ kind: 'fault_seen', id: booked.id, evidence });
    }
    try {
      for (let close = kept.pop(); close !== undefined; close = kept.pop()) await close();
      await fault.undo(note, this.#use.tools);
      booked.undoneMs = this.#use.nowMs();
      this.#use.write({ kind: 'undone', id: booked.id, by });
      this.#open.delete(booked.id);
    } catch (error) {
      open.undoing = null;
      booked.failed = `it could not be undone: ${textOf(error)}`;
      this.#use.write({ kind: 'undo_failed', id: booked.id, why: textOf(error) });
    }
  }
}

function textOf(error: unknown): string {
  if (error instanceof FluxError && error.hint !== undefined) return `${error.message} (${error.hint})`;
  return error instanceof Error ? error.message : String(error);
}
