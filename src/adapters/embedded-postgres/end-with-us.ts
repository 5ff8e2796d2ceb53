import { folderFiles } from './data-folder.ts';
import { findPostmaster } from './postmaster.ts';

/** Folders whose PostgreSQL this process has to take along, whichever way it exits. */
const folders = new Set<string>();

/**
 * From here on an exit of this process that did not stop the PostgreSQL of `path` first (a second Ctrl-C, a fault, a parent
 * that died) tells it to shut down, without waiting for it: the next start waits. Only SIGKILL leaves one behind.
 * Returns what calls that off.
 */
export function endsWithUs(path: string): () => void {
  if (folders.size === 0) process.on('exit', tellAll);
  folders.add(path);
  return () => {
    folders.delete(path);
    if (folders.size === 0) process.off('exit', tellAll);
  };
}

/** Runs in an exit handler: nothing here may wait. The pid is looked up, as it may have been started again since. */
function tellAll(): void {
  for (const path of folders) {
    const postmaster = findPostmaster(folderFiles(path).pgdata);
    if (postmaster === undefined) continue;
    try {
      process.kill(postmaster.pid, 'SIGINT'); // fast shutdown
    } catch {
      // It went by itself in between.
    }
  }
}
