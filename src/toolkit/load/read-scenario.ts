import { readFile } from 'node:fs/promises';
import { Value } from 'typebox/value';
import { type Document, isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import { nearestName } from '../../config/nearest-name.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { fillScenario } from './fill-scenario.ts';
import type { Scenario } from './scenario.ts';
import { scenarioSchema } from './scenario-schema.ts';

/** A path into the file, from the top. */
type Path = readonly (string | number)[];

/** Where a fault stands, counted from 1. */
interface Spot {
  readonly line: number;
  readonly column: number;
}

/** Faults named in one message: whoever made more mistakes than this mends these first. */
const maxFaultsTold = 10;

/**
 * Reads a scenario file (YAML; see docs/schemas/scenario.schema.json).
 * @throws FluxError `scenario_invalid` naming file, line and column of every fault, with the nearest key where one is unknown.
 */
export async function readScenario(path: string): Promise<Scenario> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new FluxError('scenario_invalid', `the scenario ${path} cannot be read`, {
      hint: 'smoke and flash-sale ship with the program: fluxgate load run smoke, fluxgate seed --file smoke',
      cause,
    });
  }
  return parseScenario(text, path);
}

/** Reads the text of a scenario file; `name` stands in front of each fault. @throws FluxError `scenario_invalid` */
export function parseScenario(text: string, name: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const spotAt = (offset: number): Spot => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const yamlFaults = document.errors.map((error) => ({ spot: spotAt(error.pos[0]), what: error.message }));
  if (yamlFaults.length > 0) throw faultsIn(name, yamlFaults);
  // maxAliasCount keeps a small file from growing without bound ("billion laughs")
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (Value.Check(scenarioSchema, value)) {
    const filled = fillScenario(value);
    if (filled.kind === 'scenario') return filled.scenario;
    throw faultsIn(
      name,
      filled.faults.map((fault) => ({
        spot: spotAt(offsetOf(document, fault.path)),
        what: `${dotted(fault.path)}: ${fault.what}`,
      })),
    );
  }
  const faults = schemaFaults(value).map((fault) => ({
    spot: spotAt(offsetOf(document, fault.path)),
    what: fault.what,
  }));
  throw faultsIn(name, faults);
}

function faultsIn(name: string, faults: readonly { readonly spot: Spot; readonly what: string }[]): FluxError {
  const told = faults.slice(0, maxFaultsTold).map(({ spot, what }) => `${name}:${spot.line}:${spot.column} ${what}`);
  const more = faults.length > maxFaultsTold ? [`... and ${faults.length - maxFaultsTold} more`] : [];
  return new FluxError('scenario_invalid', [...told, ...more].join('\n'), {
    hint: 'compare with scenarios/smoke.yaml; every key is described in docs/schemas/scenario.schema.json',
  });
}

function dotted(path: Path): string {
  return path.length === 0 ? 'the scenario' : path.join('.');
}

function schemaFaults(value: unknown): { readonly path: Path; readonly what: string }[] {
  const found: { path: Path; what: string }[] = [];
  for (const error of Value.Errors(scenarioSchema, value)) {
    const path = pathOf(error.instancePath, value);
    if (error.keyword === 'additionalProperties') {
      const known = knownKeysAt(error.schemaPath);
      for (const key of error.params.additionalProperties) {
        const near = nearestName(key, known);
        const advice = near === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${near}"?`;
        found.push({ path: [...path, key], what: `${dotted(path)} has an unknown key "${key}"; ${advice}` });
      }
    } else if (error.keyword !== 'boolean') {
      // `boolean` repeats what additionalProperties says
      found.push({ path, what: `${dotted(path)} ${error.message}` });
    }
  }
  return found;
}

/** A JSON pointer as a path; a number where the value there is a list. */
function pathOf(pointer: string, value: unknown): Path {
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

/** The keys that the schema knows at a schema path like `#/properties/sale`. */
function knownKeysAt(schemaPath: string): string[] {
  let at: unknown = scenarioSchema;
  for (const part of schemaPath.split('/').slice(1)) {
    at = typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined;
  }
  const properties = typeof at === 'object' && at !== null ? Reflect.get(at, 'properties') : undefined;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

/** Where the key (or list item) at the end of a path begins; its parent where it is missing. */
function offsetOf(document: Document.Parsed, path: Path): number {
  const last = path.at(-1);
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (last !== undefined && isMap(parent)) {
    const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last);
    if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
  }
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  for (const candidate of [node, parent]) {
    if (typeof candidate === 'object' && candidate !== null && 'range' in candidate && Array.isArray(candidate.range)) {
      const start: unknown = candidate.range[0];
      if (typeof start === 'number') return start;
    }
  }
  return 0;
}
