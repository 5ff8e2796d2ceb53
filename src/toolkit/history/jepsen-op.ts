import type { HistoryOutcome } from './history-entry.ts';

/**
 * One operation as Jepsen's histories have them (github.com/jepsen-io/history): what its set checker and elle-cli read.
 * An order is added to a set by its id; the ledger is read once, at the end.
 */
export interface JepsenOp {
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  readonly f: 'add' | 'read';
  /** An order id; null for a read that has no answer yet, and for the one whose ids are streamed behind it. */
  readonly value: string | null;
  /** Does one thing at a time, and nothing any more after an `info`. */
  readonly process: number;
  /** Nanoseconds since the first run began. */
  readonly time: number;
  readonly index: number;
  /** The outcome, where it is not `ok`. */
  readonly error?: string;
  readonly user?: string;
  readonly key?: string;
}

/** What an answer says of the operation: `info` is "it may have happened", `fail` "this request did nothing". */
export const jepsenTypes = {
  accepted: 'ok',
  duplicate: 'ok',
  key_reused: 'fail',
  sold_out: 'fail',
  limit_reached: 'fail',
  not_open: 'fail',
  refused: 'fail',
  waiting: 'fail',
  rate_limited: 'fail',
  overloaded: 'fail',
  rebuilding: 'fail',
  unknown: 'info',
  server_error: 'info',
  connection_error: 'info',
  timeout: 'info',
  aborted: 'info',
} as const satisfies Record<HistoryOutcome, 'ok' | 'fail' | 'info'>;

/** A form of the file. `head`, the operations with `between` between them, `tail`. */
export interface JepsenForm {
  readonly head: string;
  readonly between: string;
  readonly tail: string;
  /** An operation up to its value. */
  beforeValue(op: JepsenOp): string;
  value(text: string | null): string;
  readonly afterValue: string;
  /** A set of values, as the last read has it. */
  readonly set: { readonly head: string; readonly between: string; readonly tail: string };
}

/** EDN as Jepsen writes its own: an operation a line. A string of JSON is one of EDN: the same quotes, escapes and \uXXXX. */
const ednForm: JepsenForm = {
  head: '',
  between: '\n',
  tail: '\n',
  beforeValue({ type, f, process, time, index, error, user, key }) {
    const more = [
      ...(error === undefined ? [] : [`, :error :${error.replaceAll('_', '-')}`]),
      ...(user === undefined ? [] : [`, :user ${JSON.stringify(user)}`]),
      ...(key === undefined ? [] : [`, :key ${JSON.stringify(key)}`]),
    ];
    return `{:type :${type}, :f :${f}, :process ${process}, :time ${time}, :index ${index}${more.join('')}, :value `;
  },
  value: (text) => (text === null ? 'nil' : JSON.stringify(text)),
  afterValue: '}',
  set: { head: '#{', between: ' ', tail: '}' },
};

/** JSON as elle-cli reads it: one array. */
const jsonForm: JepsenForm = {
  head: '[',
  between: ',\n',
  tail: ']\n',
  beforeValue: ({ value: _, ...op }) => `${JSON.stringify(op).slice(0, -1)},"value":`,
  value: (text) => JSON.stringify(text),
  afterValue: '}',
  set: { head: '[', between: ',', tail: ']' },
};

export const jepsenForms = { '.edn': ednForm, '.json': jsonForm } as const;
