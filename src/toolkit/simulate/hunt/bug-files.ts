import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearestName } from '../../../config/nearest-name.ts';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { PlantedBug } from './bug.ts';

/** A planted bug and where it stands. */
export interface BugFile {
  readonly name: string;
  readonly path: string;
}

/** Beside package.json; not in a package. */
const folder = ['test', 'planted', 'simulator'] as const;

/** The planted bugs of a source tree, by name. @throws FluxError `not_found` where there are none. */
export async function bugFilesIn(root: string): Promise<readonly BugFile[]> {
  const path = join(root, ...folder);
  const entries = await readdir(path).catch(() => []);
  const files = entries
    .filter((entry) => entry.endsWith('.ts'))
    .sort()
    .map((entry) => ({ name: entry.slice(0, -'.ts'.length), path: join(path, entry) }));
  if (files.length > 0) return files;
  throw new FluxError('not_found', `There are no planted bugs in ${path}`, {
    hint: 'They are no part of the package: run it from a source tree, as node bin/run.js simulate --planted',
  });
}

/** The named ones, in the order of the files; all where none is named. @throws FluxError `usage` for a name that none has. */
export function chooseBugs(files: readonly BugFile[], names: readonly string[]): readonly BugFile[] {
  const known = files.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearestName(name, known);
    throw new FluxError('usage', `There is no planted bug ${name}`, {
      hint: near === undefined ? `They are: ${known.join(', ')}` : `Did you mean ${near}?`,
    });
  }
  return names.length === 0 ? files : files.filter(({ name }) => names.includes(name));
}

/** The one that a single world is to have; null in a sound one. @throws FluxError `usage` for more than one. */
export async function onlyBug(files: readonly BugFile[]): Promise<PlantedBug | null> {
  const [file, another] = files;
  if (another !== undefined)
    throw new FluxError('usage', `One world has one planted bug, not ${files.length}`, {
      hint: 'Name one: --planted --bug NAME',
    });
  return file === undefined ? null : readBug(file);
}

/** @throws FluxError `fault` where the file is none of a planted bug. */
async function readBug({ name, path }: BugFile): Promise<PlantedBug> {
  const { bug }: { readonly bug?: PlantedBug } = await import(pathToFileURL(path).href);
  if (bug === undefined) throw new FluxError('fault', `${path} exports no bug`);
  if (bug.name !== name) throw new FluxError('fault', `${path} exports a bug of another name: ${bug.name}`);
  return bug;
}
