import type { TSchema } from 'typebox';
import type { ErrorCode } from '../../engine/domain/error-codes.ts';

/** A kind of file that people write by hand: what it has to look like, and how it is refused. */
export interface FileKind<Schema extends TSchema = TSchema> {
  /** As a message calls it: `the scenario`. */
  readonly noun: string;
  readonly schema: Schema;
  /** Of every refusal. */
  readonly code: ErrorCode;
  /** Where somebody looks who wrote it wrong. */
  readonly hint: string;
  /** The next command for somebody whose file is not there. */
  readonly missingHint: string;
}

/** A path into the file, from the top: keys, and numbers from 0 for items of a list. */
export type KeyPath = readonly (string | number)[];

/** Something wrong at a path. `what` is a sentence without the path: `"ticket" stands here twice`. */
export interface KeyFault {
  readonly path: KeyPath;
  readonly what: string;
}

/** Something wrong at a place that an editor jumps to. Lines and columns count from 1. */
export interface PlacedFault {
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly what: string;
}

/** Where a text begins: the top of its file, or further down where it stands inside another (a fence of a runbook). */
export interface TextOrigin {
  /** Stands in front of each fault; usually the path as it was typed. */
  readonly name: string;
  /** The line of the file that is the text's first; 1 where left out. */
  readonly line?: number;
  /** The column in which every line of the text begins; 1 where left out. */
  readonly column?: number;
}
