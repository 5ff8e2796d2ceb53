import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMap, isScalar, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { FluxError } from '../engine/domain/flux-error.ts';
import { nearestName } from './nearest-name.ts';
import { type Given, settings } from './settings.ts';

export const configFileName = 'fluxgate.config.yaml';
/** Twenty settings with comments are 5 KB; what is larger is another file. */
const maxFileBytes = 256 * 1024;

/** The settings that the file gives, by path, each with its line. `path` is null where there is no file. */
export interface FileValues {
  readonly path: string | null;
  readonly values: ReadonlyMap<string, Given>;
}

/**
 * Reads fluxgate.config.yaml of a folder, if it has one.
 *
 * @throws FluxError `config_invalid` for what is no YAML, `config_unknown_key` for a key nobody knows; with line and column
 */
export async function fromFile(folder: string): Promise<FileValues> {
  const path = join(folder, configFileName);
  const text = await readIfThere(path);
  return text === undefined ? { path: null, values: new Map() } : { path, values: parseConfigFile(path, text) };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > maxFileBytes)
      throw new FluxError('config_invalid', `${path} is larger than ${maxFileBytes} bytes`, { hint: hintFor(path) });
    return bytes.toString('utf8');
  } catch (cause) {
    if (cause instanceof FluxError) throw cause;
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new FluxError('config_invalid', `${path} cannot be read`, { cause, hint: `ls -l ${path}` });
  }
}

/** The settings in the text of a file. `path` is for messages and origins. */
export function parseConfigFile(path: string, text: string): ReadonlyMap<string, Given> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const placeOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error !== undefined) {
    throw new FluxError('config_invalid', `${placeOf(error.pos[0])}: ${error.message}`, {
      hint: hintFor(path),
    });
  }
  const values = new Map<string, Given>();
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return values;
  if (!isMap(root)) {
    throw new FluxError('config_invalid', `${placeOf(0)}: the file must be settings, one \`name: value\` a line`, {
      hint: hintFor(path),
    });
  }
  collect(root, [], { path, lines, placeOf, values });
  return values;
}

interface Collecting {
  readonly path: string;
  readonly lines: LineCounter;
  readonly placeOf: (offset: number) => string;
  readonly values: Map<string, Given>;
}

function collect(map: YAMLMap, prefix: readonly string[], into: Collecting): void {
  for (const pair of map.items as readonly Pair<unknown, Node | null>[]) {
    const key = isScalar(pair.key) ? pair.key : undefined;
    const offset = key?.range?.[0] ?? map.range?.[0] ?? 0;
    const path = [...prefix, String(key?.value)];
    const name = path.join('.');
    const setting = settings.find((known) => known.path === name);
    if (setting === undefined && settings.some((known) => known.path.startsWith(`${name}.`)) && isMap(pair.value)) {
      collect(pair.value, path, into);
    } else if (setting === undefined) {
      throw unknownKey(name, into.placeOf(offset), into.path);
    } else {
      const value: unknown = pair.value?.toJSON() ?? null;
      const { line } = into.lines.linePos(offset);
      // A key with nothing behind it is a setting that somebody left open.
      if (value !== null) into.values.set(name, { value, origin: `file ${into.path}:${line}` });
    }
  }
}

/** What to type after a mistake in the file: `config show` and all others would only meet the same mistake. */
function hintFor(path: string): string {
  return `edit ${path}, then fluxgate config check`;
}

function unknownKey(name: string, place: string, file: string): FluxError {
  const group = settings.find((setting) => setting.path.startsWith(`${name}.`));
  if (group !== undefined) {
    const inside = settings.filter((setting) => setting.path.startsWith(`${name}.`)).map((setting) => setting.path);
    return new FluxError('config_invalid', `${place}: ${name} has settings of its own: ${inside.join(', ')}`, {
      hint: hintFor(file),
    });
  }
  const near = nearestName(
    name,
    settings.map((setting) => setting.path),
  );
  return new FluxError(
    'config_unknown_key',
    `${place}: there is no setting ${name}${near === undefined ? '' : `. Did you mean ${near}?`}`,
    { hint: hintFor(file) },
  );
}
