import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startFaultProxy } from '../../src/toolkit/fault-proxy/fault-proxy.ts';
import { type FaultProxyClient, faultProxyClient } from '../../src/toolkit/fault-proxy/fault-proxy-client.ts';
import type { ServiceName } from '../../src/toolkit/stack/service-name.ts';
import { type NativeService, readStackFile, writeStackFile } from '../../src/toolkit/stack/stack-file.ts';
import { type RedisFront, startRedisFront } from './redis-front.ts';

/** Two ways to a stack's gate, so that one server can be left behind at an old primary, cut off from the ledger if need be. */
export interface FrontedRedis {
  /** Of everybody who goes by the stack file. */
  readonly most: RedisFront;
  /** Of whoever goes by the stack file in `aloneDir`. */
  readonly alone: RedisFront;
  readonly aloneDir: string;
  /** Between that one and PostgreSQL, as target `postgres`. */
  readonly ledgerProxy: FaultProxyClient;
  close(): Promise<void>;
}

/** Puts the fronts between the stack's Redis and its clients. */
export async function frontRedis(
  stackDir: string,
  { redis, postgres }: { readonly redis: NativeService; readonly postgres: NativeService },
): Promise<FrontedRedis> {
  const file = readStackFile(stackDir);
  if (file === null) throw new Error(`there is no stack in ${stackDir}`);
  const aloneDir = join(stackDir, '..', 'alone');
  mkdirSync(aloneDir, { recursive: true });
  const most = await startRedisFront(redis);
  const alone = await startRedisFront(redis);
  const proxy = await startFaultProxy({
    targets: [{ name: 'postgres', upstream: `${postgres.host}:${postgres.port}` }],
  });
  const ledgerPort = Number(proxy.addressOf('postgres').split(':').at(-1));
  const write = (folder: string, ports: Readonly<Partial<Record<ServiceName, number>>>): void => {
    const services = file.services.map((each) => ({
      ...each,
      port: ports[each.name] ?? each.port,
      direct: { host: each.host, port: each.port },
    }));
    writeStackFile(folder, { ...file, services });
  };
  write(stackDir, { redis: most.address.port });
  write(aloneDir, { redis: alone.address.port, postgres: ledgerPort });
  return {
    most,
    alone,
    aloneDir,
    ledgerProxy: faultProxyClient(proxy.url),
    close: async () => void (await Promise.all([most.close(), alone.close(), proxy.close()])),
  };
}
