import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { type Document, isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { FileKind, KeyFault, KeyPath, PlacedFault, TextOrigin } from './file-kind.ts';
import { dottedPath, schemaFaults } from './schema-faults.ts';

/** What became of a text: a value that the schema holds for, or everything that is wrong with it. */
export type CheckedYaml<T> =
  | {
      readonly kind: 'value';
      readonly value: T;
      /** Places a fault that no schema can say (a sum, a name that has to stand elsewhere) at its key. */
      readonly place: (fault: KeyFault) => PlacedFault;
    }
  | { readonly kind: 'faults'; readonly faults: readonly PlacedFault[] };

/** Anchors are for a line or two that repeat; beyond this a small text grows without bound ("billion laughs"). */
const maxAliasCount = 100;

/** Reads a text as YAML 1.2 and holds a schema against it. Never throws for what somebody wrote. */
export function checkYaml<Schema extends TSchema>(
  text: string,
  { schema, noun }: Pick<FileKind<Schema>, 'schema' | 'noun'>,
  origin: TextOrigin,
): CheckedYaml<Static<Schema>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placed = (offset: number, what: string): PlacedFault => {
    const { line, col } = lines.linePos(offset);
    return {
      name: origin.name,
      line: Math.max(1, line) + (origin.line ?? 1) - 1,
      column: Math.max(1, col) + (origin.column ?? 1) - 1,
      what,
    };
  };
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) {
    return {
      kind: 'faults',
      faults: wrong.map((error) => placed(error.pos[0], sentences.get(error.code) ?? error.message)),
    };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return {
      kind: 'faults',
      faults: [placed(0, `${noun} repeats its anchors too often (at most ${maxAliasCount} times)`)],
    };
  }
  if (!Value.Check(schema, value)) {
    const faults = schemaFaults(schema, value, noun).map(({ path, what }) => placed(offsetOf(document, path), what));
    return { kind: 'faults', faults };
  }
  const place = ({ path, what }: KeyFault): PlacedFault =>
    placed(offsetOf(document, path), `${dottedPath(path, noun)}: ${what}`);
  return { kind: 'value', value, place };
}

/** Where the YAML library's own words speak to a programmer. */
const sentences = new Map<string, string>([
  ['MULTIPLE_DOCS', 'a second document begins here (---): one file holds one'],
  ['DUPLICATE_KEY', 'this key stands here twice'],
]);

/** Where the key (or list item) at the end of a path begins; its parent where it is missing. */
function offsetOf(document: Document.Parsed, path: KeyPath): number {
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
