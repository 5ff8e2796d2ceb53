/**
 * The history of a load run: what buyers asked and what they heard, a request a line (NDJSON), in the order of the answers.
 * It is the client's book: `verify` holds it against the ledger. The first line is a HistoryHeader, every other a HistoryEntry.
 * All times are milliseconds (with fractions) since `startedAt`, by a monotonic clock.
 */

export const historyFormat = 'fluxgate-history';
export const historyVersion = 1;

/** What a buyer heard. The last three heard nothing that says whether the order stands. */
export const historyOutcomes = [
  'accepted',
  /** The same key again: `orderId` is the first one's. */
  'duplicate',
  'key_reused',
  'sold_out',
  'limit_reached',
  /** Not open yet, paused or closed. */
  'not_open',
  /** Sent to the waiting room (302). */
  'waiting',
  'rate_limited',
  /** 503: outcome unknown, the same key is safe. */
  'unknown',
  'rebuilding',
  'overloaded',
  /** Any other 4xx: a fault of the scenario. */
  'refused',
  /** Any other 5xx, or an answer that is no answer of ours: a fault of the server. */
  'server_error',
  /** The connection could not be made, or died before the answer: the order may stand. */
  'connection_error',
  /** No answer within the request's deadline: the order may stand. */
  'timeout',
  /** The run ended (hard stop, Ctrl-C) before the answer: the order may stand. */
  'aborted',
] as const;

export type HistoryOutcome = (typeof historyOutcomes)[number];

/** The first line. */
export interface HistoryHeader {
  readonly format: typeof historyFormat;
  readonly version: typeof historyVersion;
  /** ISO 8601. Zero of all times in the file. */
  readonly startedAt: string;
  /** The server's URL at the start. */
  readonly target: string;
  /** The scenario's title. */
  readonly scenario: string;
  readonly seed: number;
}

/** One request and its answer. */
export interface HistoryEntry {
  /** When this request was due: the buyer's arrival by plan, or the end of the pause before a retry. */
  readonly scheduledMs: number;
  readonly sentMs: number;
  readonly doneMs: number;
  /** Left out where the request named no sale. */
  readonly saleId?: string;
  readonly userId: string;
  readonly key: string;
  readonly lines: readonly HistoryLine[];
  /** Null where no answer came. */
  readonly status: number | null;
  readonly outcome: HistoryOutcome;
  /** What the answer named: always with `accepted` and `duplicate`. */
  readonly orderId?: string;
  /** The error's code or text, where there was one. */
  readonly error?: string;
  /** 1 for the first retry, 2 for the second ...; left out for the first request. */
  readonly retry?: number;
}

export interface HistoryLine {
  readonly productId: string;
  readonly quantity: number;
}
