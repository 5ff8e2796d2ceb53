import { existsSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { holdStack } from './hold-stack.ts';
import { type ServiceName, serviceNames } from './service-name.ts';
import { readableShape, stackFilePath, writeStackFile } from './stack-file.ts';
import type { StackParts } from './stack-parts.ts';
import type { StackProvider } from './stack-provider.ts';
import { everyProvider } from './stack-providers.ts';

/** Everything that a stack writes. The folder may have been somebody's own before: nothing else is removed. */
const ownNames: readonly string[] = [
  ...serviceNames,
  'postgres.making',
  ...serviceNames.flatMap((name) => [`${name}.log`, `${name}.log.old`, `${name}.pid`]),
  'postgres.json',
  'postgres.json.new',
  'postgres.password',
  'kafka.cluster',
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
  if (!existsSync(use.stackDir)) {
    // Containers outlive the folder that they belong to.
    return endAll(await everyProvider(use.parts), realPath(use.stackDir), false);
  }
  const folder = holdStack(use.stackDir, use.parts);
  try {
    // A damaged file, or none, is what `stack down` is for; a file written anew does not know of containers that were there before.
    const shape = readableShape(folder.path);
    const ran = await endAll(await everyProvider(use.parts, shape?.provider), folder.path, use.keep);
    removeFiles(folder.path, use.keep);
    // The data are of this shape and of no other.
    if (use.keep && shape !== undefined) writeStackFile(folder.path, { ...shape, services: [] });
    return ran;
  } finally {
    folder.close();
    removeIfEmpty(folder.path);
  }
}

/** The folder without symbolic links, also where it has gone: containers bear that path. */
function realPath(stackDir: string): string {
  try {
    return realpathSync(stackDir);
  } catch {
    return dirname(stackDir) === stackDir ? stackDir : join(realPath(dirname(stackDir)), basename(stackDir));
  }
}

/** Ends what these providers have of a stack. */
async function endAll(
  providers: readonly StackProvider[],
  path: string,
  keep: boolean,
): Promise<readonly ServiceName[]> {
  const ran: ServiceName[] = [];
  for (const provider of providers) {
    ran.push(...(await provider.end(path, serviceNames, keep)));
    if (!keep) await provider.removeData(path);
  }
  return ran;
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
