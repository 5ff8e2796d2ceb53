import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../stack/native/free-port.ts';
import { clockEnv } from '../clock/clock-file.ts';
import type { Capability } from './capability.ts';
import type { ChaosPart } from './chaos-system.ts';
import { OwnProcess } from './own-process.ts';
import { fluxgateProgram, plantedProgram } from './program.ts';
import type { OpenUse, RunningSystem } from './running-system.ts';
import { openWays } from './ways.ts';

/** Starts one server with everything in it on a data folder of its own. */
export async function openEmbedded(use: OpenUse): Promise<RunningSystem> {
  const { shape, path, host } = use;
  const dataDir = join(path, 'server-1');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const port = await freePort();
  const env = { FLUXGATE_LOG_LEVEL: 'warn', ...shape.env };
  const planted = shape.planted === null ? [] : [plantedProgram];
  const serve = shape.planted === null ? [fluxgateProgram, 'serve'] : planted;
  const server = new OwnProcess({
    kind: 'server',
    name: 'server-1',
    command: [...serve, '--data-dir', dataDir, '--host', '127.0.0.1', '--port', String(port)],
    url: `http://127.0.0.1:${port}`,
    env: {
      ...env,
      ...(shape.clocks ? clockEnv(path, 'server-1') : {}),
      ...(shape.planted === null ? {} : { PLANTED: shape.planted }),
    },
    cwd: path,
    logPath: join(path, 'server-1.log'),
    identityOf: host.parts.identityOf,
    onEnded: use.onEnded,
  });
  use.progress('starting a server with its own PostgreSQL');
  const ways = await openWays({ ...use, ownUrls: new Map([['server-1', server.url]]) });
  use.undo(() => ways.close());
  use.undo(() => server.stop());
  await server.startFirst(use.signal);
  const login = await host.loginOf(dataDir);
  const postgres: ChaosPart = {
    kind: 'postgres',
    name: 'postgres',
    ref: { name: 'postgres', stackDir: null },
    process: () => host.postmaster(dataDir),
    containerId: () => null,
    logPath: null,
    leaveDown() {},
    start: async () => true, // its server starts it again
  };
  const capabilities = new Set<Capability>([
    'embedded',
    'native',
    ...(shape.ways.length > 0 ? ['proxied' as const] : []),
  ]);
  return {
    shape,
    capabilities,
    workDir: path,
    servers: [server],
    workers: [],
    parts: [server, postgres],
    links: ways.links,
    buyersUrls: [ways.urlOf('server-1') ?? server.url],
    services() {
      const runs = host.postmaster(dataDir);
      if (runs === null) return [];
      const { pid, identity } = runs;
      return [{ name: 'postgres', kind: 'native', ...login, port: runs.port, pid, identity }];
    },
    controller: async () => server,
    identityOf: host.parts.identityOf,
    env,
    verifyArgs: ['--data-dir', dataDir],
  };
}
