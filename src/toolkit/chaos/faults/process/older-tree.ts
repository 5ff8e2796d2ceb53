import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FluxError } from '../../../../engine/domain/flux-error.ts';
import { packageRoot } from '../../system/program.ts';

const migrations = join('dist', 'adapters', 'postgres', 'migrations');

/**
 * Makes a built tree of the version before the newest migration: this program without that migration's files. Returns its
 * entry (bin/run.js). @throws FluxError `not_found` where this program was not built
 */
export function makeOlderTree(folder: string): string {
  const newest = readdirSync(join(packageRoot, migrations), { withFileTypes: true })
    .map(({ name }) => name)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .at(-1)
    ?.split('-')[0];
  if (newest === undefined) throw new FluxError('not_found', `there is no built program in ${packageRoot}`);
  mkdirSync(folder, { recursive: true });
  for (const name of ['bin', 'dist', 'package.json', 'oclif.manifest.json']) {
    const from = join(packageRoot, name);
    const isOlder = (path: string) => !(path.includes(migrations) && basename(path).startsWith(`${newest}-`));
    if (existsSync(from)) cpSync(from, join(folder, name), { recursive: true, filter: isOlder });
  }
  symlinkSync(modulesOf(packageRoot), join(folder, 'node_modules'), 'dir');
  return join(folder, 'bin', 'run.js');
}

/** Where this program's packages are: its own folder, or above it where it is a package itself. */
function modulesOf(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const modules = join(folder, 'node_modules');
    if (existsSync(join(modules, '@oclif', 'core'))) return modules;
    if (dirname(folder) === folder) throw new FluxError('not_found', `the packages of ${from} are not to be found`);
  }
}
