import { nearestName } from '../../config/nearest-name.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type ProbeFact, type ProbeName, probeFacts, type Reading } from './probe-facts.ts';

/** How a value is compared. Words, not signs: `<` means something else to every shell. */
export const comparisons = {
  is: (read: number | string, wanted: string) => String(read) === wanted,
  'is-not': (read: number | string, wanted: string) => String(read) !== wanted,
  'at-least': (read: number | string, wanted: string) => Number(read) >= Number(wanted),
  'at-most': (read: number | string, wanted: string) => Number(read) <= Number(wanted),
  above: (read: number | string, wanted: string) => Number(read) > Number(wanted),
  below: (read: number | string, wanted: string) => Number(read) < Number(wanted),
} as const;
type Comparison = keyof typeof comparisons;

/** One question: a fact, and what it should be; without that it is only shown. */
export interface Probe {
  readonly name: ProbeName;
  readonly of: string | null;
  readonly wanted: { readonly comparison: Comparison; readonly value: string } | null;
}

const hint = 'fluxgate probe --help';

/** Reads `free ticket at-least 10` out of its words. @throws FluxError `usage` with the nearest word */
export function parseProbe(words: readonly string[]): Probe {
  const [name = '', ...rest] = words;
  if (!isKey(probeFacts, name)) throw unknownWord('fact', name, Object.keys(probeFacts));
  const fact: ProbeFact = probeFacts[name];
  const of = fact.ofProduct ? rest.shift() : undefined;
  if (fact.ofProduct && of === undefined) throw wrong(`${name} is of a product: ${fact.example}`);
  const [comparison, value, ...more] = rest;
  if (comparison === undefined) return { name, of: of ?? null, wanted: null };
  if (!isKey(comparisons, comparison)) throw unknownWord('comparison', comparison, Object.keys(comparisons));
  if (value === undefined || more.length > 0) throw wrong(`a probe reads like this: ${fact.example}`);
  const isExact = comparison === 'is' || comparison === 'is-not';
  if (!isExact && !/^\d+$/.test(value)) throw wrong(`${comparison} wants a whole number, not ${value}`);
  return { name, of: of ?? null, wanted: { comparison, value } };
}

/** Whether a reading is as wanted; what nobody can say is not. */
export function isAsWanted({ wanted }: Probe, reading: Reading): boolean {
  if (reading.kind === 'unknown') return false;
  return wanted === null || comparisons[wanted.comparison](reading.value, wanted.value);
}

/** The fact as one says it: `free ticket`. */
export function probeSubject({ name, of }: Probe): string {
  return of === null ? name : `${name} ${of}`;
}

function isKey<Table extends object>(table: Table, key: string): key is Extract<keyof Table, string> {
  return Object.hasOwn(table, key);
}

function unknownWord(noun: string, word: string, known: readonly string[]): FluxError {
  const near = nearestName(word, known);
  return wrong(
    `"${word}" is no ${noun}; ${near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`}`,
  );
}

function wrong(message: string): FluxError {
  return new FluxError('usage', message, { hint });
}
