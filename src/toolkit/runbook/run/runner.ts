import type { RunJournal } from '../journal/journal-event.ts';
import type { OwnProgram } from './invocation.ts';
import type { ParameterValues } from './parameter-values.ts';
import type { runProcess } from './run-process.ts';

/** Somebody at a terminal. */
export interface Person {
  /** Yes or no; no where the terminal closes. */
  agrees(question: string, signal: AbortSignal): Promise<boolean>;
  /** What was typed. */
  types(question: string, signal: AbortSignal): Promise<string>;
}

/** Everything that a run uses, and what it was told beforehand. */
export interface Runner {
  readonly runbook: string;
  readonly values: ParameterValues;
  readonly own: OwnProgram;
  readonly journal: RunJournal;
  readonly run: typeof runProcess;
  readonly mask: (text: string) => string;
  /** Resolves early when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly nowMs: () => number;
  /** Null: nobody sits there. */
  readonly person: Person | null;
  readonly by: string;
  /** --yes */
  readonly yes: boolean;
  /** --confirm was given, with the runbook's name. */
  readonly confirmed: boolean;
  readonly signal: AbortSignal;
  /** A line for whoever watches. */
  readonly tell: (line: string) => void;
}
