import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { cachedArtifact } from './cached-artifact.ts';
import { findProgram } from './find-program.ts';
import { runProgram } from './run-program.ts';
import { unpackDebian } from './unpack-debian.ts';

/** Functions of Lua, `replica-announced` and the replication id inside scripts: Redis 7 or a Valkey of any version. */
const neededMajor = 7;
const versionMs = 10_000;
/** Changes when what is put into the cache changes. */
const cacheName = `redis-debian-${process.arch}-1`;

/** How Redis can be had on this machine, without doing it. */
export type RedisSource =
  | { readonly kind: 'installed'; readonly server: string; readonly version: string }
  | { readonly kind: 'debian'; readonly version?: undefined }
  | { readonly kind: 'missing'; readonly found: string; readonly mend: string };

export interface BringOptions {
  readonly signal?: AbortSignal | undefined;
  /** Names to look for on the PATH, in this order; empty looks for none, and brings one. */
  readonly installed?: readonly string[];
}

/** Looks for a Redis >= 7 or a Valkey on the PATH, else whether apt could bring one. Changes nothing. */
export async function findRedis(options: BringOptions = {}): Promise<RedisSource> {
  let tooOld: string | undefined;
  for (const name of options.installed ?? ['redis-server', 'valkey-server']) {
    const server = findProgram(name);
    if (server === undefined) continue;
    const said = await runProgram(server, ['--version'], { timeoutMs: versionMs }).catch(() => '');
    const version = /\bv=([\d.]+)/.exec(said)?.[1];
    if (version !== undefined && Number.parseInt(version, 10) >= neededMajor)
      return { kind: 'installed', server, version };
    tooOld = `${server} is ${version ?? 'of an unknown version'}, needed is ${neededMajor}`;
  }
  if (process.platform === 'linux' && findProgram('apt-get') && findProgram('dpkg-deb')) return { kind: 'debian' };
  return { kind: 'missing', found: tooOld ?? 'there is no redis-server and no valkey-server', mend: installCommand() };
}

/**
 * A redis-server (>= 7) or valkey-server: the one of the PATH, else one out of Debian's or Ubuntu's packages, unpacked into
 * the cache. Installs nothing, needs no root; safe in several processes at once.
 * @throws FluxError `program_missing` with the command that installs one; `cache_unusable`
 */
export async function bringRedis(cacheDir: string, options: BringOptions = {}): Promise<{ readonly server: string }> {
  const source = await findRedis(options);
  if (source.kind === 'installed') return { server: source.server };
  if (source.kind === 'missing') {
    throw new FluxError('program_missing', `Redis cannot be started: ${source.found}`, { hint: source.mend });
  }
  try {
    const folder = await cachedArtifact(cacheDir, cacheName, (draft) => unpackRedis(draft, options.signal));
    return { server: join(folder, 'redis-server') };
  } catch (cause) {
    if (cause instanceof FluxError || options.signal?.aborted) throw cause;
    throw new FluxError('program_missing', 'there is no Redis on this machine, and apt-get could not download one', {
      hint: installCommand(),
      cause,
    });
  }
}

async function unpackRedis(folder: string, signal: AbortSignal | undefined): Promise<void> {
  const program = 'usr/bin/redis-server';
  const libraries = await unpackDebian(folder, ['redis-server', 'redis-tools'], program, signal);
  const path = libraries.map((library) => `"$here"/${relative(folder, library)}`).join(':');
  // One path that can be started like any other, with the libraries that came along.
  const script = [
    '#!/bin/sh',
    'here=$(cd "$(dirname "$0")" && pwd)',
    `LD_LIBRARY_PATH=${path} exec "$here/root/${program}" "$@"`,
    '',
  ].join('\n');
  writeFileSync(join(folder, 'redis-server'), script, { mode: 0o755 });
  await runProgram(join(folder, 'redis-server'), ['--version'], { timeoutMs: versionMs, signal });
  for (const name of readdirSync(folder)) {
    if (name !== 'root' && name !== 'redis-server') rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function installCommand(): string {
  if (process.platform === 'darwin') return 'brew install redis';
  if (findProgram('dnf')) return 'sudo dnf install valkey';
  if (findProgram('apk')) return 'sudo apk add redis';
  if (findProgram('pacman')) return 'sudo pacman -S valkey';
  return 'sudo apt-get install redis-server';
}
