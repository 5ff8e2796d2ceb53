import { readFile } from 'node:fs/promises';
import type { TSchema } from 'typebox';

/** The keys of JSON Schema that a reader of a page wants to know. */
interface Shown {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shown[];
  readonly properties?: Readonly<Record<string, Shown>>;
  readonly patternProperties?: Readonly<Record<string, Shown>>;
  readonly required?: readonly string[];
  readonly items?: Shown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

interface Row {
  readonly key: string;
  readonly takes: string;
  readonly meaning: string;
}

/**
 * The reference of a file format as Markdown tables, made of the schema that the file's reader checks with: first the keys
 * without keys of their own, then a table for each that has some. Required keys are bold.
 */
export function schemaReference(schema: TSchema): string {
  // a schema is JSON; the keys that matter here are all optional
  const top: Shown = schema as Shown;
  const entries = Object.entries(top.properties ?? {}).map(([key, of]) => ({
    key,
    rows: rowsOf(key, of, isRequired(top, key)),
  }));
  const flat = entries.filter(({ rows }) => rows.length === 1).flatMap(({ rows }) => rows);
  const deep = entries.filter(({ rows }) => rows.length > 1);
  return [
    ...(flat.length === 0 ? [] : [tableOf(flat)]),
    ...deep.map(({ key, rows }) => `### \`${key}\`\n\n${tableOf(rows)}`),
  ].join('\n\n');
}

/**
 * A page with its generated part made anew: whatever stands between `<!-- schema:NAME -->` and `<!-- /schema:NAME -->`. A test
 * holds it against the page itself with toMatchFileSnapshot, and `vitest -u` writes it.
 */
export async function pageWithReference(page: URL, name: string, schema: TSchema): Promise<string> {
  const text = await readFile(page, 'utf8');
  const [open, close] = [`<!-- schema:${name} -->`, `<!-- /schema:${name} -->`];
  const [before, rest] = splitOnce(text, open);
  const [, after] = splitOnce(rest, close);
  return `${before}${open}\n\n${schemaReference(schema)}\n\n${close}${after}`;
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`the page lacks the line ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

/** A key and everything below it. */
function rowsOf(key: string, of: Shown, required: boolean): Row[] {
  const own: Row = { key: required ? `**\`${key}\`**` : `\`${key}\``, takes: takesOf(of), meaning: meaningOf(of) };
  const below = [...rowsOfKeys(key, of), ...(of.items === undefined ? [] : rowsOfItems(`${key}[]`, of.items))];
  const branches = (of.anyOf ?? []).flatMap((branch) => branchRows(key, branch));
  return [own, ...below, ...branches];
}

function rowsOfKeys(key: string, of: Shown): Row[] {
  const named = Object.entries(of.properties ?? {}).flatMap(([name, inner]) =>
    rowsOf(`${key}.${name}`, inner, isRequired(of, name)),
  );
  const free = Object.values(of.patternProperties ?? {}).flatMap((inner) => rowsOf(`${key}.<name>`, inner, false));
  return [...named, ...free];
}

function rowsOfItems(key: string, items: Shown): Row[] {
  if (items.anyOf?.some((branch) => branch.properties)) return items.anyOf.flatMap((branch) => branchRows(key, branch));
  if (items.properties === undefined && items.patternProperties === undefined) return [];
  const own =
    items.description === undefined ? [] : [{ key: `\`${key}\``, takes: takesOf(items), meaning: items.description }];
  return [...own, ...rowsOfKeys(key, items)];
}

/** A branch is named by the words that only it says: `timeline[] (fault: kill)`. */
function branchRows(key: string, branch: Shown): Row[] {
  if (branch.items) return rowsOfItems(`${key}[]`, branch.items);
  if (!branch.properties) return [];
  const words = Object.entries(branch.properties).flatMap(([name, { const: word }]) =>
    word === undefined ? [] : [`${name}: ${word}`],
  );
  const named = words.length === 0 ? key : `${key} (${words.join(', ')})`;
  const rows = Object.entries(branch.properties)
    .filter(([, inner]) => inner.const === undefined)
    .flatMap(([name, inner]) => rowsOf(`${named}.${name}`, inner, isRequired(branch, name)));
  if (words.length === 0 && branch.description === undefined) return rows;
  return [{ key: `\`${named}\``, takes: 'keys', meaning: branch.description ?? '' }, ...rows];
}

function isRequired(of: Shown, key: string): boolean {
  return of.required?.includes(key) ?? false;
}

function takesOf(of: Shown): string {
  if (of.const !== undefined) return `\`${of.const}\``;
  if (of.enum) return of.enum.map((word) => `\`${word}\``).join(', ');
  if (of.anyOf) return [...new Set(of.anyOf.map(takesOf))].join(' or ');
  if (of.type === 'array') {
    const items = of.items?.properties || of.items?.anyOf ? '' : ` of ${takesOf(of.items ?? {})}`;
    return `list${items}${boundsText(of.minItems, of.maxItems)}`;
  }
  if (of.type === 'string') {
    if (of.pattern !== undefined) return `text like \`${of.pattern}\``;
    return `text${of.maxLength === undefined ? '' : `, at most ${number(of.maxLength)} characters`}`;
  }
  if (of.type === 'boolean') return '`true` or `false`';
  if (of.type === 'integer' || of.type === 'number') return `${of.type}${numberBounds(of)}`;
  if (of.type === 'object') {
    return of.minProperties === 1 && of.maxProperties === 1 ? 'exactly one key' : 'keys';
  }
  return of.type ?? 'anything';
}

function numberBounds(of: Shown): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = of;
  if (minimum !== undefined && maximum !== undefined) return `, ${number(minimum)} to ${number(maximum)}`;
  const low =
    exclusiveMinimum !== undefined
      ? [`above ${number(exclusiveMinimum)}`]
      : minimum !== undefined
        ? [`${number(minimum)} or more`]
        : [];
  const high =
    exclusiveMaximum !== undefined
      ? [`below ${number(exclusiveMaximum)}`]
      : maximum !== undefined
        ? [`at most ${number(maximum)}`]
        : [];
  return [...low, ...high].map((bound) => `, ${bound}`).join('');
}

function boundsText(least: number | undefined, most: number | undefined): string {
  if (most === undefined) return least === undefined || least === 0 ? '' : `, ${number(least)} or more`;
  return least === undefined || least === 0 ? `, at most ${number(most)}` : `, ${number(least)} to ${number(most)}`;
}

function meaningOf(of: Shown): string {
  const standard = of.default === undefined ? [] : [`Default \`${JSON.stringify(of.default)}\`.`];
  return [...(of.description === undefined ? [] : [of.description]), ...standard].join(' ');
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function tableOf(rows: readonly Row[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  return [
    '| key | takes | meaning |',
    '|---|---|---|',
    ...rows.map(({ key, takes, meaning }) => `| ${cell(key)} | ${cell(takes)} | ${cell(meaning)} |`),
  ].join('\n');
}
