import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, freemem } from 'node:os';
import { dirname } from 'node:path';
import type { Config } from '../../config/config-schema.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { requireAdminToken } from '../../server/listen.ts';
import { serverAddress } from '../admin-client/server-address.ts';
import { type Finding, ok } from './finding.ts';
import { type ServiceChecks, serviceFindings } from './service-findings.ts';
import { stackFindings } from './stack-findings.ts';

const neededNodeMajor = 24;
/** An empty ledger with its write-ahead log takes 50 MB; a sale of 1,000,000 orders about 1 GB. */
const neededDiskBytes = 200 * 1024 ** 2;
const comfortableDiskBytes = 2 * 1024 ** 3;
/** A sale of 1,000,000 orders stays under 700 MB (docs/operations); PostgreSQL takes 200 MB beside it. */
const comfortableMemoryBytes = 1024 ** 3;

/** Looks at this machine and changes nothing. In the order in which a start would meet them. */
export async function examine(
  config: Config,
  use: { readonly embeddedPostgresMajor: () => number; readonly services: ServiceChecks },
): Promise<readonly Finding[]> {
  return [
    nodeFinding(),
    postgresFinding(use),
    ...(await folderFindings(config)),
    await portFinding(config),
    ...tokenFindings(config),
    memoryFinding(),
    ...(await stackFindings(config)),
    ...(config.mode === 'stack' ? await serviceFindings(config, use.services) : []),
  ];
}

function nodeFinding(): Finding {
  const major = Number.parseInt(process.versions.node, 10);
  return major >= neededNodeMajor
    ? ok('node', `${process.version} at ${process.execPath}`)
    : { name: 'node', verdict: 'missing', found: `${process.version}, needed is ${neededNodeMajor}`, mend: 'npm ci' };
}

function postgresFinding(use: { readonly embeddedPostgresMajor: () => number }): Finding {
  try {
    return ok('postgres', `PostgreSQL ${use.embeddedPostgresMajor()} came with this installation`);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return { name: 'postgres', verdict: 'missing', found, mend: 'npm ci --include=optional' };
  }
}

async function folderFindings({ dataDir }: Config): Promise<readonly Finding[]> {
  const place = await nearestThere(dataDir);
  try {
    if (!(await stat(place)).isDirectory()) throw new Error('it is not a folder');
    await access(place, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      {
        name: 'data folder',
        verdict: 'missing',
        found: `${dataDir} cannot be written to: ${why}`,
        mend: 'fluxgate doctor --data-dir FOLDER (one of yours)',
      },
    ];
  }
  const there = place === dataDir ? 'is there and can be written to' : 'will be made';
  return [ok('data folder', `${dataDir} ${there}`), await diskFinding(place)];
}

async function diskFinding(place: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize;
  const found = `${sizeText(free)} free at ${place}`;
  const mend = `df -h ${place} (then make room, or choose another --data-dir)`;
  if (free < neededDiskBytes) return { name: 'disk', verdict: 'missing', found, mend };
  return free < comfortableDiskBytes ? { name: 'disk', verdict: 'low', found, mend } : ok('disk', found);
}

async function portFinding(config: Config): Promise<Finding> {
  const place = `${config.host}:${config.port}`;
  const taken = await listenError(config);
  if (taken === undefined) return ok('port', config.port === 0 ? 'any free one' : `${place} is free`);
  if (taken === 'EADDRINUSE' && (await isOurs(config)))
    return ok('port', `${place} is taken by the fluxgate of this folder`);
  const mend = taken === 'EADDRINUSE' ? 'fluxgate serve --port 0' : 'fluxgate serve --host 127.0.0.1 --port 3000';
  return { name: 'port', verdict: 'missing', found: `${place} cannot be listened on: ${taken}`, mend };
}

/** On the loopback admin routes do without a token; elsewhere serve refuses to start without one. */
function tokenFindings(config: Config): readonly Finding[] {
  try {
    requireAdminToken(config);
    return [];
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const mend = 'export FLUXGATE_ADMIN_TOKEN=$(openssl rand -hex 24)';
    return [{ name: 'admin token', verdict: 'missing', found, mend }];
  }
}

/** The error's code, or undefined where the port is free. */
function listenError({ host, port }: Config): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}

async function isOurs({ dataDir, port }: Config): Promise<boolean> {
  try {
    return Number(new URL(await serverAddress(dataDir)).port) === port;
  } catch (error) {
    if (error instanceof FluxError) return false;
    throw error;
  }
}

function memoryFinding(): Finding {
  const free = freemem();
  const found = `${sizeText(free)} of memory free, ${availableParallelism()} processors`;
  if (free >= comfortableMemoryBytes) return ok('memory', found);
  return { name: 'memory', verdict: 'low', found, mend: 'ps aux --sort=-rss | head (then end what is not needed)' };
}

/** The folder itself, or the nearest one above it that is there. */
async function nearestThere(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOENT' || dirname(path) === path) return path;
    return nearestThere(dirname(path));
  }
}

function sizeText(bytes: number): string {
  const gigabytes = bytes / 1024 ** 3;
  return gigabytes >= 1 ? `${gigabytes.toFixed(1)} GB` : `${Math.round(bytes / 1024 ** 2)} MB`;
}
