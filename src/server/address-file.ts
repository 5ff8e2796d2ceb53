import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the data: how commands and people find the server of a data folder. */
const addressFile = 'serve.json';
/** Of further servers that run with the same folder, which the stack allows. */
const furtherFile = /^serve-\d+\.json$/;

/**
 * Writes where this process answers into a data folder: into serve.json, or beside it where others share the folder and one
 * that runs has that name. Written aside first, so that nobody reads half of it. The returned function takes it back.
 */
export function announceServer(dataDir: string, url: string, { shared }: { readonly shared: boolean }): () => void {
  if (shared) removeStale(dataDir);
  const path = join(dataDir, addressFile);
  const aside = join(dataDir, `serve-${process.pid}.json`);
  const text = JSON.stringify({ url, pid: process.pid, startedAt: new Date().toISOString() });
  writeFileSync(`${aside}.new`, `${text}\n`, { mode: 0o600 });
  renameSync(`${aside}.new`, aside);
  if (!shared) renameSync(aside, path);
  const own = !shared || claims(path, aside) ? path : aside;
  return () => rmSync(own, { force: true });
}

/** Whether `aside` now has the name `path`: nobody had it, or somebody who is gone. */
function claims(path: string, aside: string): boolean {
  if (isOfLiving(path)) return false;
  rmSync(path, { force: true });
  try {
    linkSync(aside, path); // unlike a renaming, never over one that came in between
  } catch {
    return false;
  }
  rmSync(aside);
  return true;
}

/** What killed servers left behind. */
function removeStale(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    const path = join(dataDir, name);
    if (furtherFile.test(name) && !isOfLiving(path)) rmSync(path, { force: true });
  }
}

function isOfLiving(path: string): boolean {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof found !== 'object' || found === null || !('pid' in found)) return false;
    // A container's first process always has this pid: what it finds is of its predecessor.
    if (found.pid === process.pid) return false;
    process.kill(Number(found.pid), 0);
    return true;
  } catch (error) {
    // There, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
