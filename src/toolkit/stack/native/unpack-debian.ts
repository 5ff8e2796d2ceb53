import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

/** A package of some megabytes comes in seconds; a mirror that hangs is given up. */
const downloadMs = 180_000;
const unpackMs = 60_000;
/** What a server needs stands in its own packages, the libraries they name, and those of these: seen are two. */
const maxLevels = 4;

/**
 * Downloads packages of Debian or Ubuntu and unpacks them into `folder`/root, with the libraries that `program` (a path in
 * there) still lacks on this machine. Installs nothing and needs no root. Returns the folders with the libraries.
 * @throws Error where apt cannot get them
 */
export async function unpackDebian(
  folder: string,
  packages: readonly string[],
  program: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const root = join(folder, 'root');
  const fetched = new Set<string>();
  let wanted = packages;
  for (let level = 1; level <= maxLevels && wanted.length > 0; level += 1) {
    const debs = join(folder, `debs-${level}`);
    mkdirSync(debs);
    await download(debs, wanted, folder, signal);
    const next = new Set<string>();
    for (const name of wanted) fetched.add(name);
    for (const deb of readdirSync(debs).filter((file) => file.endsWith('.deb'))) {
      const path = join(debs, deb);
      await runProgram('dpkg-deb', ['-x', path, root], { timeoutMs: unpackMs, signal });
      const depends = await runProgram('dpkg-deb', ['-f', path, 'Pre-Depends', 'Depends'], { timeoutMs: unpackMs });
      for (const name of librariesOf(depends)) if (!fetched.has(name)) next.add(name);
    }
    if (await starts(join(root, program), libraryFolders(root))) return libraryFolders(root);
    wanted = [...next];
  }
  throw new Error(`${packages.join(', ')} need more libraries than apt could bring`);
}

/** The names of libraries in a `Depends` field; the first of alternatives. Never libc: it belongs to the machine's loader. */
function librariesOf(depends: string): readonly string[] {
  return depends
    .replace(/^[\w-]+:/gm, ',')
    .split(',')
    .map((entry) => /^\s*([a-z0-9.+-]+)/.exec(entry)?.[1] ?? '')
    .filter((name) => name.startsWith('lib') && name !== 'libc6');
}

function libraryFolders(root: string): readonly string[] {
  const found: string[] = [];
  for (const base of ['lib', 'usr/lib']) {
    try {
      for (const entry of readdirSync(join(root, base), { withFileTypes: true })) {
        if (entry.isDirectory() && /-linux-gnu/.test(entry.name)) found.push(join(base, entry.name));
      }
    } catch {
      // no such folder in these packages
    }
  }
  return found.map((path) => join(root, path));
}

/** The loader wants every library before a program says its version. */
async function starts(program: string, folders: readonly string[]): Promise<boolean> {
  const env = { LD_LIBRARY_PATH: folders.join(':') };
  return runProgram(program, ['--version'], { timeoutMs: unpackMs, env }).then(
    () => true,
    () => false,
  );
}

async function download(
  into: string,
  packages: readonly string[],
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  // As root apt would hand downloads to a user who cannot write here.
  const apt = ['-q', '-o', 'APT::Sandbox::User=root'];
  const use = { cwd: into, timeoutMs: downloadMs, signal };
  try {
    await runProgram('apt-get', [...apt, 'download', ...packages], use);
    return;
  } catch (error) {
    if (signal?.aborted) throw error;
  }
  // A machine without package lists, or with old ones (a fresh container): lists of our own, beside the system's.
  const state = join(folder, 'apt');
  mkdirSync(join(state, 'lists/partial'), { recursive: true });
  mkdirSync(join(state, 'archives/partial'), { recursive: true });
  const own = [...apt, '-o', `Dir::State::lists=${state}/lists`, '-o', `Dir::Cache=${state}`];
  await runProgram('apt-get', [...own, 'update'], use);
  await runProgram('apt-get', [...own, 'download', ...packages], use);
}
