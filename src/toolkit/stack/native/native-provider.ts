import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ServiceName, serviceNames } from '../service-name.ts';
import type { StackParts } from '../stack-parts.ts';
import type { StackProvider } from '../stack-provider.ts';
import { endServices } from './end-services.ts';
import { followLogs, lastLines } from './service-logs.ts';
import { isAlive, readPidFile } from './service-process.ts';
import { startServices } from './start-services.ts';

/** Services as processes of this machine, without root; what is missing is brought into the cache. */
export function nativeProvider(parts: StackParts): StackProvider {
  return {
    start: (names, use) => startServices(names, { ...use, parts, proxyPorts: new Map() }),
    isThere: (service) => service.kind === 'native' && isAlive(service, parts),
    end: (stackDir, names, orderly) => endServices(stackDir, names, parts, orderly),
    hasData: (stackDir) => serviceNames.some((name) => existsSync(join(stackDir, name))),
    async removeData() {}, // all of it stands in the folder
    lastLines: async (stackDir, names, count) => lastLines(stackDir, names, count),
    follow: followLogs,
    leftBehind: (stackDir) => serviceNames.filter((name) => isLeftBehind(stackDir, name, parts)),
  };
}

function isLeftBehind(stackDir: string, name: ServiceName, parts: StackParts): boolean {
  const ref = readPidFile(stackDir, name);
  return ref !== undefined && isAlive(ref, parts);
}
