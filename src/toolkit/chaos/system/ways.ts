import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startFaultProxy } from '../../fault-proxy/fault-proxy.ts';
import { readStackFile, writeStackFile } from '../../stack/stack-file.ts';
import type { ChaosLink } from './chaos-system.ts';
import type { OpenUse } from './running-system.ts';

/** Proxies of this process between two parts, each for one way: `server-1>redis`, `buyers>server-1`. */
export interface Ways {
  readonly links: readonly ChaosLink[];
  /** Where buyers reach a server; undefined where they go straight. */
  urlOf(server: string): string | undefined;
  /** The stack folder that a part goes by: its own where some way of its is proxied. */
  stackDirOf(part: string): string | undefined;
  close(): Promise<void>;
}

const none: Ways = { links: [], urlOf: () => undefined, stackDirOf: () => undefined, close: async () => {} };

/** Opens those of the shape. `ownUrls`: where each server listens; `stackDir` is given where there is a stack. */
export async function openWays(
  use: Pick<OpenUse, 'shape' | 'path'> & {
    readonly ownUrls: ReadonlyMap<string, string>;
    readonly stackDir?: string;
  },
): Promise<Ways> {
  const { ways } = use.shape;
  if (ways.length === 0) return none;
  const file = use.stackDir === undefined ? null : readStackFile(use.stackDir);
  const parsed = ways.map((way) => {
    const [from = '', to = ''] = way.split('>');
    const service = file?.services.find(({ name }) => name === to);
    const upstream =
      service === undefined ? new URL(use.ownUrls.get(to) ?? '').host : `${service.host}:${service.port}`;
    return { way, name: way.replace('>', '-to-'), from, to, upstream };
  });
  const proxy = await startFaultProxy({ targets: parsed.map(({ name, upstream }) => ({ name, upstream })) });
  const portOf = (name: string): number => Number(proxy.addressOf(name).split(':').at(-1));
  const folders = new Map<string, string>();
  for (const part of new Set(parsed.map(({ from }) => from))) {
    if (file === null || part === 'buyers') continue;
    const folder = join(use.path, `stack-of-${part}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const ports = new Map(parsed.filter(({ from }) => from === part).map(({ to, name }) => [to, portOf(name)]));
    const services = file.services.map((each) => {
      const port = ports.get(each.name);
      return port === undefined
        ? each
        : { ...each, host: '127.0.0.1', port, direct: { host: each.host, port: each.port } };
    });
    writeStackFile(folder, { ...file, services });
    folders.set(part, folder);
  }
  return {
    links: parsed.map(({ way, name }) => ({ kind: 'link', name: way, controlUrl: proxy.url, proxyTarget: name })),
    urlOf(server) {
      const found = parsed.find(({ from, to }) => from === 'buyers' && to === server);
      return found && `http://${proxy.addressOf(found.name)}`;
    },
    stackDirOf: (part) => folders.get(part),
    close: () => proxy.close(),
  };
}
