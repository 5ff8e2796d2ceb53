import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../stack/native/free-port.ts';
import { roleOf } from '../../stack/service-name.ts';
import { stackDown } from '../../stack/stack-down.ts';
import { readStackFile, type StackFile } from '../../stack/stack-file.ts';
import { stackUp } from '../../stack/stack-up.ts';
import { clockEnv } from '../clock/clock-file.ts';
import { askStats } from '../probe/ask-stats.ts';
import type { ChaosLink, OwnPart } from './chaos-system.ts';
import { OwnProcess } from './own-process.ts';
import { fluxgateProgram } from './program.ts';
import type { OpenUse, RunningSystem } from './running-system.ts';
import { servicePart } from './service-part.ts';
import { capabilitiesOf, runningStack } from './stack-capabilities.ts';
import { openWays } from './ways.ts';

/** Starts a stack (or takes the given one), and servers and workers of its own on it. */
export async function openStack(use: OpenUse): Promise<RunningSystem> {
  const { shape, path, host } = use;
  const stackDir = use.givenStack ?? join(path, 'stack');
  if (use.givenStack === null) await startStack(use, stackDir);
  const file = runningStack(stackDir);
  await host.migrate(stackDir);

  const urls = new Map<string, string>();
  for (const name of names('server', shape.servers)) urls.set(name, `http://127.0.0.1:${await freePort()}`);
  for (const name of names('worker', shape.workers)) urls.set(name, `http://127.0.0.1:${await freePort()}`);
  const ways = await openWays({ ...use, stackDir, ownUrls: urls });
  use.undo(() => ways.close());
  const env = { FLUXGATE_MODE: 'stack', FLUXGATE_LOG_LEVEL: 'warn', ...shape.env };
  const own = (kind: 'server' | 'worker') => (name: string) => {
    const url = urls.get(name) ?? '';
    const dataDir = join(path, name);
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const { port } = new URL(url);
    const args = kind === 'server' ? ['serve', '--data-dir', dataDir, '--host', '127.0.0.1'] : ['worker'];
    return new OwnProcess({
      kind,
      name,
      command: [fluxgateProgram, ...args, '--port', port],
      url,
      env: {
        ...env,
        ...(shape.clocks ? clockEnv(path, name) : {}),
        FLUXGATE_STACK_DIR: ways.stackDirOf(name) ?? stackDir,
      },
      cwd: path,
      logPath: join(path, `${name}.log`),
      identityOf: host.parts.identityOf,
      onEnded: use.onEnded,
    });
  };
  const servers = names('server', shape.servers).map(own('server'));
  const workers = names('worker', shape.workers).map(own('worker'));
  use.undo(() => Promise.all([...servers, ...workers].map((each) => each.stop())));
  use.progress(`starting ${servers.length} servers and ${workers.length} workers`);
  await Promise.all([...servers, ...workers].map((each) => each.startFirst(use.signal)));
  return {
    shape,
    capabilities: capabilitiesOf(file, shape),
    workDir: path,
    servers,
    workers,
    parts: [...servers, ...workers, ...file.services.map(({ name }) => servicePart(name, stackDir, host))],
    links: [...linksOf(file), ...ways.links],
    buyersUrls: servers.map(({ name, url }) => ways.urlOf(name) ?? url),
    services: () => readStackFile(stackDir)?.services ?? [],
    controller: () => controllerOf(servers, workers),
    identityOf: host.parts.identityOf,
    env: { ...env, FLUXGATE_STACK_DIR: stackDir },
    verifyArgs: ['--data-dir', join(path, 'server-1')],
  };
}

function names(kind: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `${kind}-${n + 1}`);
}

async function startStack({ shape, host, signal, progress, undo }: OpenUse, stackDir: string): Promise<void> {
  const { parts, cacheDir } = host;
  undo(() => stackDown({ stackDir, keep: false, parts }));
  const { variants, proxied } = shape;
  const what = [
    'a stack',
    ...(variants.length > 0 ? [`with ${variants.join(', ')}`] : []),
    ...(proxied ? ['behind the fault proxy'] : []),
  ];
  progress(`starting ${what.join(' ')}`);
  await stackUp({
    stackDir,
    cacheDir,
    parts,
    asked: { provider: 'native', variants, proxied },
    signal,
    onProgress: () => {},
  });
}

function linksOf(file: StackFile): readonly ChaosLink[] {
  const proxy = file.services.find(({ name }) => name === 'proxy');
  if (proxy === undefined) return [];
  const controlUrl = `http://${proxy.host}:${proxy.port}`;
  return file.services
    .filter(({ name, direct }) => direct !== undefined && roleOf(name) !== 'proxy')
    .map(({ name }) => ({ kind: 'link', name, controlUrl, proxyTarget: name }));
}

/** The lease's holder, as any server that answers knows it, has the pid in it. */
async function controllerOf(servers: readonly OwnPart[], workers: readonly OwnPart[]): Promise<OwnPart | null> {
  for (const { url } of servers) {
    const holder = (await askStats(url))?.controller?.holder;
    const pid = /:(\d+)\//.exec(holder ?? '')?.[1];
    const found = workers.find((worker) => String(worker.process()?.pid) === pid);
    if (found !== undefined) return found;
  }
  return null;
}
