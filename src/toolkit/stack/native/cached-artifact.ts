import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FluxError } from '../../../engine/domain/flux-error.ts';

/** A build that is older than this was killed: the slowest download takes minutes. */
const abandonedMs = 60 * 60_000;

/**
 * The folder `name` of the cache; `build` fills it where it is not there yet. It appears under its name only when it is
 * complete, so callers in several processes may build at once: the first one wins, all get the same.
 * @throws FluxError `cache_unusable` where the cache cannot be written to; whatever `build` throws
 */
export async function cachedArtifact(
  cacheDir: string,
  name: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const complete = join(cacheDir, name);
  if (existsSync(complete)) return complete;
  const draft = makeDraft(cacheDir, name);
  try {
    await build(draft);
    try {
      renameSync(draft, complete);
    } catch (error) {
      if (!existsSync(complete)) throw error; // else somebody else was first, with the same
    }
    return complete;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function makeDraft(cacheDir: string, name: string): string {
  const prefix = `${name}.making-`;
  try {
    mkdirSync(cacheDir, { recursive: true, mode: 0o755 });
    for (const other of readdirSync(cacheDir)) {
      const path = join(cacheDir, other);
      const madeMs = other.startsWith(prefix) ? statSync(path, { throwIfNoEntry: false })?.mtimeMs : undefined;
      if (madeMs !== undefined && Date.now() - madeMs > abandonedMs) rmSync(path, { recursive: true, force: true });
    }
    return mkdtempSync(join(cacheDir, prefix));
  } catch (cause) {
    throw new FluxError('cache_unusable', `the cache folder ${cacheDir} cannot be written to`, {
      hint: 'choose another one with FLUXGATE_CACHE_DIR',
      cause,
    });
  }
}
