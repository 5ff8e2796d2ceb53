import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The path of a named pipe (mkfifo) that nobody fills. */
export function namedPipe(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fluxgate-pipe-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  onTestFinished(() => {
    // whoever waits for a writer all the same is let go: no process ends before its threads
    closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
    rmSync(folder, { recursive: true });
  });
  return path;
}
