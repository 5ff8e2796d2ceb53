/** A place in a runbook's file, as an editor shows it: lines and columns from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A part of a word: letters as they stand there, or what a parameter is set to. */
export type WordPart = { readonly text: string } | { readonly parameter: string };

/** One word of a command line, quotes taken off. Whatever its parameters are set to, it stays one word. */
export type Word = readonly WordPart[];

export interface CommandLine {
  readonly place: Place;
  readonly words: readonly Word[];
}

/** What a fence runs: commands one after the other without a shell, or one text by `sh`, which gets parameters as variables. */
export type Script =
  | { readonly kind: 'commands'; readonly lines: readonly CommandLine[] }
  | { readonly kind: 'shell'; readonly text: string; readonly env: Readonly<Record<string, Word>> };

/** A script with its patience. Times in milliseconds, of one attempt. */
export interface Fence {
  readonly place: Place;
  readonly script: Script;
  readonly timeoutMs: number;
  /** Attempts after the first one. */
  readonly retries: number;
  /** Between two attempts. */
  readonly everyMs: number;
}

export type StepAction =
  /** Changes something. `risk` says what it may cost; whoever runs it has to confirm. */
  | { readonly kind: 'command'; readonly fence: Fence; readonly risk: string | null }
  /** Looks, and changes nothing. */
  | { readonly kind: 'probe'; readonly fence: Fence }
  /** Looks until it is so; the fence's timeout is the deadline of all attempts together. */
  | { readonly kind: 'until'; readonly fence: Fence }
  /** A person does or answers something. `unattended`: --yes may answer. */
  | { readonly kind: 'ask'; readonly place: Place; readonly question: readonly Word[]; readonly unattended: boolean };

/** One heading of a runbook that does something. */
export interface Step {
  /** The heading's anchor on a web page; behind the including step's and a `/` where it was included. */
  readonly name: string;
  readonly title: string;
  readonly place: Place;
  readonly action: StepAction;
  /** Where these succeed there is nothing to do. */
  readonly unless: readonly Fence[];
  readonly prechecks: readonly Fence[];
  readonly postchecks: readonly Fence[];
  readonly rollback: readonly Fence[];
}

/** When somebody reaches for a runbook: how `runbook list` is grouped, in this order. */
export const runbookMoments = {
  trouble: 'When something is broken',
  doubt: 'When you do not trust the numbers',
  before: 'Before a sale',
  during: 'During a sale',
  after: 'After a sale',
  upkeep: 'On a quiet day',
} as const;
export type RunbookMoment = keyof typeof runbookMoments;

export const parameterKinds = {
  sale: 'the id of a sale',
  product: 'the id of a product',
  whole: 'a whole number from 0',
  time: 'a time like 500ms, 30s, 5m or 1h',
  url: 'an address like http://127.0.0.1:3001',
  path: 'a file or folder',
  name: 'a name: letters, digits, . _ and -',
  command: 'a command with its arguments; `fluxgate ...` is this program',
} as const;
export type ParameterKind = keyof typeof parameterKinds;

export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly description: string;
  /** Without one it has to be set. */
  readonly byDefault: string | null;
  /** Never shown, never written down. */
  readonly secret: boolean;
}

export interface Runbook {
  readonly name: string;
  readonly path: string;
  readonly title: string;
  readonly when: RunbookMoment;
  /** One sentence: what is seen that calls for this runbook. */
  readonly use: string;
  /** One sentence: what buyers notice while it runs. */
  readonly buyers: string;
  readonly mode: 'embedded' | 'stack' | 'any';
  /** Programs of the PATH that it wants. */
  readonly programs: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly steps: readonly Step[];
  /** Of the text and everything that it includes: tells a changed runbook from the one that a journal was written with. */
  readonly digest: string;
}
