import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { RunJournal } from './journal-event.ts';

/** The folder of all journals: beside everything else that is kept. */
export function journalFolder(dataDir: string): string {
  return join(dataDir, 'runbooks');
}

/** Opens the journal of a run, new or to go on. Readable by its owner only: commands' output may say much. */
export function openJournal(path: string): RunJournal {
  const fd = guarded(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const endsHalf = existsSync(path) && !/(^|\n)$/.test(readFileSync(path, 'utf8'));
    const opened = openSync(path, 'a', 0o600);
    // A crash in the middle of a line: the next one begins on its own.
    if (endsHalf) writeSync(opened, '\n');
    return opened;
  });
  return {
    path,
    // Synchronous: the next command must not begin before the disk knows that the last one ended.
    write: (event) =>
      guarded(path, () => {
        writeSync(fd, `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
        fsyncSync(fd);
      }),
    close: () => closeSync(fd),
  };
}

function guarded<Result>(path: string, run: () => Result): Result {
  try {
    return run();
  } catch (cause) {
    throw new FluxError('journal_unwritable', `the journal ${path} cannot be written`, {
      hint: 'choose another folder with --data-dir or FLUXGATE_DATA_DIR',
      cause,
    });
  }
}
