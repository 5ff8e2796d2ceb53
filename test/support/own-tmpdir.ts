import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

/** Gives each test of a file a folder of its own for what the program makes under `os.tmpdir()`; the result names it. */
export function ownTmpdir(): () => string {
  let path = '';
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'fluxgate-test-tmp-'));
    vi.stubEnv('TMPDIR', path); // os.tmpdir() follows it
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(path, { recursive: true, force: true });
  });
  return () => path;
}
