import type { Static, TSchema } from 'typebox';
import type { FluxError } from '../../engine/domain/flux-error.ts';
import { checkYaml } from './check-yaml.ts';
import type { FileKind, KeyFault } from './file-kind.ts';
import { readText } from './read-text.ts';
import { refuseFile } from './refuse-file.ts';

/** A file that its schema holds for. */
export interface CheckedFile<T> {
  readonly value: T;
  /** One error for faults that no schema can say, each at its line and column. */
  readonly refuse: (faults: readonly KeyFault[]) => FluxError;
}

/** Reads a file of YAML and holds its schema against it. @throws FluxError with the kind's code, naming every fault */
export async function readYaml<Schema extends TSchema>(
  path: string,
  kind: FileKind<Schema>,
): Promise<CheckedFile<Static<Schema>>> {
  return parseYaml(await readText(path, kind), path, kind);
}

/** The same for a text that is at hand; `name` stands in front of each fault. @throws FluxError with the kind's code */
export function parseYaml<Schema extends TSchema>(
  text: string,
  name: string,
  kind: FileKind<Schema>,
): CheckedFile<Static<Schema>> {
  const checked = checkYaml(text, kind, { name });
  if (checked.kind === 'faults') throw refuseFile(kind, checked.faults);
  return { value: checked.value, refuse: (faults) => refuseFile(kind, faults.map(checked.place)) };
}
