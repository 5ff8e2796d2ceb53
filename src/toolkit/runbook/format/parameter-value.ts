import { parseProductId, parseSaleId } from '../../../engine/domain/ids.ts';
import { readCommandLine } from './command-words.ts';
import { type ParameterKind, parameterKinds } from './runbook.ts';
import { parseTime } from './time-pattern.ts';

/** Longer values are files. */
const maxLength = 500;

const fits: Readonly<Record<ParameterKind, (value: string) => boolean>> = {
  sale: (value) => parseSaleId(value) !== undefined,
  product: (value) => parseProductId(value) !== undefined,
  whole: (value) => /^\d{1,12}$/.test(value),
  time: (value) => parseTime(value) !== undefined,
  url: (value) => /^https?:\/\/\S+$/.test(value) && URL.canParse(value),
  path: (value) => value.length > 0,
  name: (value) => /^[A-Za-z0-9._-]+$/.test(value),
  command: (value) => commandWords(value) !== undefined,
};

/** Why a value cannot be set, as the end of a sentence; undefined where it can. */
export function parameterFault(kind: ParameterKind, value: string): string | undefined {
  if (value.length > maxLength) return `is longer than ${maxLength} characters`;
  if (/\p{Cc}/u.test(value)) return 'has a control character in it';
  // the program behind it would take it for an option
  if (value.startsWith('-')) return 'begins with -';
  return fits[kind](value) ? undefined : `is not ${parameterKinds[kind]}`;
}

/** The words of a parameter that is a command; undefined where it is none. */
export function commandWords(value: string): readonly string[] | undefined {
  const read = readCommandLine(value);
  if (read.kind === 'fault' || read.words.length === 0) return undefined;
  const words: string[] = [];
  for (const word of read.words) {
    if (word.some((part) => 'parameter' in part)) return undefined;
    words.push(word.map((part) => ('text' in part ? part.text : '')).join(''));
  }
  return words;
}
