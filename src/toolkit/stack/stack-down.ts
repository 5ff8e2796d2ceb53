import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { holdStack } from './hold-stack.ts';
import { type ServiceName, serviceNames } from './service-name.ts';
import { readStackFile, stackFilePath, writeStackFile } from './stack-file.ts';
import type { StackParts } from './stack-parts.ts';
import { providerOf } from './stack-providers.ts';
import type { StackShape } from './stack-shape.ts';

/** Everything that a stack writes. The folder may have been somebody's own before: nothing else is removed. */
const ownNames: readonly string[] = [
  ...serviceNames,
  'postgres.making',
  ...serviceNames.flatMap((name) => [`${name}.log`, `${name}.log.old`, `${name}.pid`]),
  'postgres.json',
  'postgres.json.new',
  'postgres.password',
];

/**
 * Ends everything that runs of a stack, also after a crash of `stack up` or of the machine, and removes what it kept
 * unless `keep`. Returns the services that ran. Safe to repeat.
 */
export async function stackDown(use: {
  readonly stackDir: string;
  readonly keep: boolean;
  readonly parts: StackParts;
}): Promise<readonly ServiceName[]> {
  if (!existsSync(use.stackDir)) return [];
  const folder = holdStack(use.stackDir, use.parts);
  try {
    const shape = shapeOf(folder.path);
    const ran = await providerOf(shape?.provider ?? 'native', use.parts).end(folder.path, serviceNames, use.keep);
    removeFiles(folder.path, use.keep);
    // The data are of this shape and of no other.
    if (use.keep && shape !== undefined) writeStackFile(folder.path, { ...shape, services: [] });
    return ran;
  } finally {
    folder.close();
    removeIfEmpty(folder.path);
  }
}

/** A damaged file is what `stack down` is for: then what there is, is of this machine. */
function shapeOf(path: string): StackShape | undefined {
  try {
    return readStackFile(path) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The stack file goes; its data only where they are not kept. */
export function removeFiles(path: string, keep: boolean): void {
  rmSync(stackFilePath(path), { force: true });
  rmSync(`${stackFilePath(path)}.new`, { force: true });
  if (keep) return;
  // A process that was killed may still be ending and have its last files open.
  for (const name of ownNames) rmSync(join(path, name), { recursive: true, force: true, maxRetries: 5 });
}

export function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // somebody has something in there
  }
}
