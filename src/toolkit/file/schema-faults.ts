import type { TSchema } from 'typebox';
import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';
import { nearestName } from '../../config/nearest-name.ts';
import type { KeyFault, KeyPath } from './file-kind.ts';

/** A wrong item of a list can make a dozen, one for each branch it could have been: a bound for a file of nothing else. */
const maxErrors = 1_000;

/** A path as it stands in a message: `sale.products.0.price`, or the file's own noun for its top. */
export function dottedPath(path: KeyPath, noun: string): string {
  return path.length === 0 ? noun : path.join('.');
}

/** Everything that keeps a value from its schema, as sentences that begin with the path. Empty where nothing does. */
export function schemaFaults(schema: TSchema, value: unknown, noun: string): KeyFault[] {
  return faultsAt(schema, value, [], noun);
}

function faultsAt(schema: TSchema, value: unknown, base: KeyPath, noun: string): KeyFault[] {
  const errors = errorsOf(schema, value);
  // what the branches of a union say is asked again of the branch that was meant
  const unions = errors.filter((error) => error.keyword === 'anyOf').map((error) => `${error.schemaPath}/anyOf/`);
  return errors.flatMap((error): KeyFault[] => {
    // `boolean` repeats what additionalProperties says
    if (error.keyword === 'boolean' || unions.some((branch) => error.schemaPath.startsWith(branch))) return [];
    const inner = pathOf(error.instancePath, value);
    const path = [...base, ...inner];
    const at = dottedPath(path, noun);
    switch (error.keyword) {
      case 'additionalProperties': {
        const known = keysOf(schemaAt(schema, error.schemaPath));
        return error.params.additionalProperties.map((key) => ({
          path: [...path, key],
          what: `${at} has an unknown key "${key}"; ${adviceOn(key, known)}`,
        }));
      }
      case 'anyOf':
        return unionFaults(branchesOf(schemaAt(schema, error.schemaPath)), valueAt(value, inner), path, noun);
      case 'enum':
        return [{ path, what: `${at} ${mustBeOneOf(error.params.allowedValues, valueAt(value, inner))}` }];
      case 'const':
        return [{ path, what: `${at} must be ${JSON.stringify(error.params.allowedValue)}` }];
      default:
        return [{ path, what: `${at} ${error.message}` }];
    }
  });
}

/** The faults of the branch that somebody meant, or all that the value could have been. */
function unionFaults(branches: readonly TSchema[], value: unknown, path: KeyPath, noun: string): KeyFault[] {
  const meant = branchMeant(branches, value);
  if ('branch' in meant) return faultsAt(meant.branch, value, path, noun);
  const wrong = meant.key === null ? value : Reflect.get(Object(value), meant.key);
  const wrongPath = meant.key === null || wrong === undefined ? path : [...path, meant.key];
  if (meant.key !== null && wrong === undefined) {
    return [{ path, what: `${dottedPath(path, noun)} needs "${meant.key}": ${listOf(meant.allowed)}` }];
  }
  return [{ path: wrongPath, what: `${dottedPath(wrongPath, noun)} ${mustBeOneOf(meant.allowed, wrong)}` }];
}

/**
 * Which branch of a union a value was meant to be: the one whose fixed words it says (`kind: kill`), else the only one of its
 * type, else the one that shares most keys with it. Where that decides nothing: what there is to choose from.
 */
function branchMeant(
  branches: readonly TSchema[],
  value: unknown,
): { readonly branch: TSchema } | { readonly key: string | null; readonly allowed: readonly unknown[] } {
  const ofType = branches.filter((branch) => typesOf(branch).includes(typeOf(value)));
  const constants = branches.flatMap((branch) => ('const' in branch ? [branch.const] : []));
  if (constants.length === branches.length) return { key: null, allowed: constants };
  if (ofType.length === 0)
    return { key: null, allowed: [...new Set(branches.flatMap(typesOf))].map((type) => ({ type })) };
  if (typeof value === 'object' && value !== null) {
    const words = ofType.map(fixedWords);
    const key = Object.keys(words[0] ?? {}).find((name) => words.every((word) => name in word));
    if (key !== undefined) {
      const said: unknown = Reflect.get(value, key);
      const branch = ofType.find((_, n) => words[n]?.[key] === said);
      return branch === undefined ? { key, allowed: words.map((word) => word[key]) } : { branch };
    }
  }
  const keys = Object.keys(Object(value));
  const shared = (branch: TSchema): number => keysOf(branch).filter((key) => keys.includes(key)).length;
  const [best] = ofType.toSorted((a, b) => shared(b) - shared(a));
  return best === undefined ? { key: null, allowed: [] } : { branch: best };
}

/** The keys of an object schema that allow one value only. */
function fixedWords(branch: TSchema): Record<string, unknown> {
  const properties: unknown = Reflect.get(branch, 'properties');
  const words = Object.entries(Object(properties)).flatMap(([key, schema]): [string, unknown][] =>
    typeof schema === 'object' && schema !== null && 'const' in schema ? [[key, schema.const]] : [],
  );
  return Object.fromEntries(words);
}

function typesOf(branch: TSchema): string[] {
  const type: unknown = Reflect.get(branch, 'type');
  if (type === 'integer') return ['number'];
  if (typeof type === 'string') return [type];
  const values: unknown = Reflect.get(branch, 'enum');
  return Array.isArray(values) ? [...new Set(values.map(typeOf))] : [];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function mustBeOneOf(allowed: readonly unknown[], said: unknown): string {
  const near =
    typeof said === 'string'
      ? nearestName(
          said,
          allowed.filter((word) => typeof word === 'string'),
        )
      : undefined;
  return `must be ${listOf(allowed)}${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

function listOf(allowed: readonly unknown[]): string {
  const words = allowed.map((word) =>
    typeof word === 'object' && word !== null && 'type' in word ? String(word.type) : JSON.stringify(word),
  );
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function adviceOn(key: string, known: readonly string[]): string {
  const near = nearestName(key, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  return known.length === 0 ? 'it takes no keys' : `known keys: ${known.join(', ')}`;
}

function errorsOf(schema: TSchema, value: unknown): ReturnType<typeof Value.Errors> {
  // the library stops after 8 unless told, and only a global setting tells it
  const { maxErrors: before } = Settings.Get();
  Settings.Set({ maxErrors });
  try {
    return Value.Errors(schema, value);
  } finally {
    Settings.Set({ maxErrors: before });
  }
}

/** A JSON pointer as a path; a number where the value there is a list. */
function pathOf(pointer: string, value: unknown): KeyPath {
  const path: (string | number)[] = [];
  let at = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = Array.isArray(at) ? Number(key) : key;
    path.push(step);
    at = typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined;
  }
  return path;
}

function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((at, step) => Reflect.get(Object(at), step), value);
}

/** The part of a schema at a schema path like `#/properties/sale`. */
function schemaAt(schema: TSchema, schemaPath: string): unknown {
  return schemaPath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, part) => Reflect.get(Object(at), part), schema);
}

function keysOf(schema: unknown): string[] {
  return Object.keys(Object(Reflect.get(Object(schema), 'properties')));
}

function branchesOf(schema: unknown): TSchema[] {
  const branches: unknown = Reflect.get(Object(schema), 'anyOf');
  return Array.isArray(branches) ? branches : [];
}
