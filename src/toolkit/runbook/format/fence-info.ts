import { nearestName } from '../../../config/nearest-name.ts';
import { schemaFaults } from '../../file/schema-faults.ts';
import { type FenceRoleName, fenceRoles } from './fence-schema.ts';

/** The words behind the three backticks, checked. */
export interface FenceInfo {
  readonly role: FenceRoleName;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export type ReadFenceInfo =
  | { readonly kind: 'info'; readonly info: FenceInfo }
  /** A fence that is shown and does nothing. */
  | { readonly kind: 'illustration' }
  | { readonly kind: 'faults'; readonly faults: readonly { readonly column: number; readonly what: string }[] };

/** Languages of a shell that we do not run: whoever writes one of them means a step. */
const otherShells = new Set(['bash', 'shell', 'zsh', 'shellscript']);
const flagWords = new Set(['shell', 'unattended']);
const roleWords = Object.keys(fenceRoles).filter((role) => role !== 'command');

/**
 * Reads what stands behind the backticks of a fence: `sh until timeout=2m`.
 * @param line the line that the fence begins with; columns count from 1 in it
 */
export function readFenceInfo(language: string, line: string): ReadFenceInfo {
  const start = line.indexOf(language);
  if (otherShells.has(language)) {
    return fault(start, `a step is written \`\`\`sh, so that everybody reads it in one way; "${language}" is not run`);
  }
  if (language !== 'sh' && language !== 'text') return { kind: 'illustration' };
  const words = wordsOf(line, start + language.length);
  const [first] = words;
  if (language === 'text' && first === undefined) return { kind: 'illustration' };
  const named = first !== undefined && !first.text.includes('=') && !flagWords.has(first.text);
  const role = named ? roleWords.find((each) => each === first.text) : 'command';
  if (role === undefined) return fault(first?.column ?? start, unknownRole(first?.text ?? ''));
  return checked(role as FenceRoleName, language, named ? words.slice(1) : words, start); // found among their names
}

function checked(role: FenceRoleName, language: string, words: readonly InfoWord[], start: number): ReadFenceInfo {
  const wanted = fenceRoles[role];
  if (wanted.language !== language)
    return fault(start, `a fence for ${role} is written \`\`\`${wanted.language} ${role}`);
  const attributes: Record<string, unknown> = {};
  const columns = new Map<string, number>();
  for (const { text, column } of words) {
    const at = text.indexOf('=');
    const key = at === -1 ? text : text.slice(0, at);
    if (columns.has(key)) return fault(column, `${key} stands here twice`);
    columns.set(key, column);
    attributes[key] = at === -1 ? true : attributeValue(text.slice(at + 1));
  }
  const faults = schemaFaults(wanted.attributes, attributes, `a fence for ${role}`).map(({ path, what }) => ({
    column: (columns.get(String(path[0])) ?? start) + 1,
    what,
  }));
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'info', info: { role, attributes } };
}

interface InfoWord {
  readonly text: string;
  /** From 0. */
  readonly column: number;
}

function wordsOf(line: string, from: number): readonly InfoWord[] {
  return [...line.slice(from).matchAll(/[^\s="]+="[^"]*"|\S+/g)].map((found) => ({
    text: found[0],
    column: from + found.index,
  }));
}

function attributeValue(text: string): string | number {
  const [, quoted] = /^"([^"]*)"$/.exec(text) ?? [];
  if (quoted !== undefined) return quoted;
  return /^\d{1,9}$/.test(text) ? Number(text) : text;
}

function unknownRole(word: string): string {
  const near = nearestName(word, [...roleWords, ...flagWords]);
  const advice =
    near === undefined ? `known words: ${[...roleWords, ...flagWords].join(', ')}` : `did you mean "${near}"?`;
  return `"${word}" says nothing about a fence; ${advice}`;
}

function fault(column: number, what: string): ReadFenceInfo {
  return { kind: 'faults', faults: [{ column: column + 1, what }] };
}
