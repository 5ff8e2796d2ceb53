import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { FluxError } from '../../engine/domain/flux-error.ts';

/** Written by `serve` into its data folder when it is ready, removed when it stops in order. */
const addressFileName = 'serve.json';
/** Of further servers of a stack that run with the same data folder. */
const furtherFileName = /^serve-\d+\.json$/;

const addressFile = Type.Object({ url: Type.String(), pid: Type.Integer(), startedAt: Type.String() });

/**
 * Where the server of a data folder answers; where there are several, one of them.
 *
 * @throws FluxError `server_unreachable` where no server has written its address there, or the one that did is gone
 */
export async function serverAddress(dataDir: string): Promise<string> {
  const found = await read(join(dataDir, addressFileName));
  if (found !== undefined && isAlive(found.pid)) return found.url;
  for (const name of await namesIn(dataDir)) {
    const other = furtherFileName.test(name) ? await read(join(dataDir, name)) : undefined;
    if (other !== undefined && isAlive(other.pid)) return other.url;
  }
  if (found === undefined) {
    throw new FluxError('server_unreachable', `no server is running on the data folder ${dataDir}`, {
      hint: 'fluxgate serve (or name a running one with --url)',
    });
  }
  throw new FluxError(
    'server_unreachable',
    `the server of ${dataDir} (process ${found.pid}, started ${found.startedAt}) is not running any more`,
    { hint: 'fluxgate serve' },
  );
}

/** Every server that has written its address into a data folder, those included that have gone without taking it back. */
export async function runningServers(
  dataDir: string,
): Promise<readonly { readonly url: string; readonly pid: number; readonly isAlive: boolean }[]> {
  const names = [addressFileName, ...(await namesIn(dataDir)).filter((name) => furtherFileName.test(name))];
  const found = await Promise.all(names.map((name) => read(join(dataDir, name))));
  return found.flatMap((one) => (one === undefined ? [] : [{ url: one.url, pid: one.pid, isAlive: isAlive(one.pid) }]));
}

async function namesIn(dataDir: string): Promise<readonly string[]> {
  try {
    return await readdir(dataDir);
  } catch {
    return []; // no folder, no server
  }
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
