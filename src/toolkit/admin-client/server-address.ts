import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { FluxError } from '../../engine/domain/flux-error.ts';

/** Written by `serve` into its data folder when it is ready, removed when it stops in order. */
export const addressFileName = 'serve.json';

const addressFile = Type.Object({ url: Type.String(), pid: Type.Integer(), startedAt: Type.String() });

/**
 * Where the server of a data folder answers.
 *
 * @throws FluxError `server_unreachable` where no server has written its address there, or the one that did is gone
 */
export async function serverAddress(dataDir: string): Promise<string> {
  const path = join(dataDir, addressFileName);
  const found = await read(path);
  if (found === undefined) {
    throw new FluxError('server_unreachable', `no server is running on the data folder ${dataDir}`, {
      hint: 'fluxgate serve (or name a running one with --url)',
    });
  }
  if (!isAlive(found.pid)) {
    throw new FluxError(
      'server_unreachable',
      `the server of ${dataDir} (process ${found.pid}, started ${found.startedAt}) is not running any more`,
      { hint: 'fluxgate serve' },
    );
  }
  return found.url;
}

async function read(
  path: string,
): Promise<{ readonly url: string; readonly pid: number; readonly startedAt: string } | undefined> {
  try {
    const document: unknown = JSON.parse(await readFile(path, 'utf8'));
    return Value.Check(addressFile, document) ? document : undefined;
  } catch {
    return undefined; // missing or half written: either way nobody is ready there
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
