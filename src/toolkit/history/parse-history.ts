import {
  type HistoryEntry,
  type HistoryHeader,
  type HistoryLine,
  type HistoryOutcome,
  historyFormat,
  historyOutcomes,
  historyVersion,
} from './history-entry.ts';

const outcomes: ReadonlySet<unknown> = new Set(historyOutcomes);

type Fields = Readonly<Record<string, unknown>>;

/** Reads the first line. A string says what is wrong with it. */
export function parseHistoryHeader(text: string): HistoryHeader | string {
  const fields = objectIn(text);
  if (typeof fields === 'string') return fields;
  const { format, version, startedAt, target, scenario, seed } = fields;
  if (format !== historyFormat) return `not a history of fluxgate ("format" is not "${historyFormat}")`;
  if (version !== historyVersion)
    return `version ${String(version)} of the history format; this program reads ${historyVersion}`;
  if (typeof startedAt !== 'string' || typeof target !== 'string' || typeof scenario !== 'string')
    return 'the header needs "startedAt", "target" and "scenario" as text';
  if (Number.isNaN(Date.parse(startedAt))) return `"startedAt" is no moment: ${startedAt}`;
  if (typeof seed !== 'number') return 'the header needs "seed" as a number';
  return { format, version, startedAt, target, scenario, seed };
}

/** Reads any other line. A string says what is wrong with it. */
export function parseHistoryEntry(text: string): HistoryEntry | string {
  const fields = objectIn(text);
  if (typeof fields === 'string') return fields;
  const { scheduledMs, sentMs, doneMs, userId, key, status, outcome } = fields;
  if (!isTime(scheduledMs) || !isTime(sentMs) || !isTime(doneMs))
    return '"scheduledMs", "sentMs" and "doneMs" have to be numbers';
  if (typeof userId !== 'string' || typeof key !== 'string') return '"userId" and "key" have to be text';
  if (status !== null && typeof status !== 'number') return '"status" has to be a number or null';
  if (!isOutcome(outcome)) return `unknown outcome ${JSON.stringify(outcome)}`;
  const lines = linesIn(fields.lines);
  if (lines === undefined) return '"lines" has to be a list of {productId, quantity}';
  const rest = optionalFields(fields);
  if (typeof rest === 'string') return rest;
  if ((outcome === 'accepted' || outcome === 'duplicate') && rest.orderId === undefined)
    return `an ${outcome} order needs its "orderId"`;
  return { scheduledMs, sentMs, doneMs, userId, key, lines, status, outcome, ...rest };
}

type OptionalFields = Pick<HistoryEntry, 'saleId' | 'orderId' | 'error' | 'retry'>;

function optionalFields(fields: Fields): OptionalFields | string {
  const { saleId, orderId, error, retry } = fields;
  if (!isTextOrAbsent(saleId) || !isTextOrAbsent(orderId) || !isTextOrAbsent(error))
    return '"saleId", "orderId" and "error" have to be text where they are given';
  if (retry !== undefined && typeof retry !== 'number') return '"retry" has to be a number where it is given';
  return {
    ...(saleId === undefined ? {} : { saleId }),
    ...(orderId === undefined ? {} : { orderId }),
    ...(error === undefined ? {} : { error }),
    ...(retry === undefined ? {} : { retry }),
  };
}

function objectIn(text: string): Fields | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `not JSON (${error instanceof Error ? error.message : String(error)})`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not a JSON object';
  // an object that JSON.parse made has string keys and unknown values
  return value as Fields;
}

function linesIn(value: unknown): readonly HistoryLine[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.every(isLine) ? value : undefined;
}

function isLine(value: unknown): value is HistoryLine {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'productId' in value &&
    typeof value.productId === 'string' &&
    'quantity' in value &&
    typeof value.quantity === 'number'
  );
}

function isTime(value: unknown): value is number {
  return typeof value === 'number';
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function isOutcome(value: unknown): value is HistoryOutcome {
  return outcomes.has(value);
}
