import { existsSync } from 'node:fs';
import { type ServiceName, serviceNames } from '../service-name.ts';
import { stackFilePath } from '../stack-file.ts';
import type { StackParts } from '../stack-parts.ts';
import type { StackProvider } from '../stack-provider.ts';
import { containerLogs, followContainers } from './container-logs.ts';
import { containersOf, removeContainers, removeVolumes } from './containers-of-stack.ts';
import { requireDocker } from './docker-daemon.ts';
import { startContainers } from './start-containers.ts';

/** A broker that stops in order takes 1 to 3 s, PostgreSQL with little to write less. */
const orderlyS = 15;

/** Services as containers of the usual images, their data in volumes; found again by the labels that they bear. */
export function dockerProvider(parts: StackParts): StackProvider {
  return {
    hasData: (stackDir) => existsSync(stackFilePath(stackDir)),
    start: (names, use) => startContainers(names, { ...use, parts }),
    async isThere(service) {
      if (service.kind !== 'docker') return false;
      const docker = await requireDocker();
      // a paused one is there: it does not answer
      return docker.container
        .getById(service.containerId)
        .inspect()
        .then(({ State }) => State.Running)
        .catch(() => false);
    },
    async end(stackDir, names, orderly) {
      const docker = await requireDocker();
      const there = (await containersOf(docker, stackDir)).filter(({ service }) => names.includes(service));
      await removeContainers(docker, there, orderly ? orderlyS : 0);
      return namesOf(there);
    },
    async removeData(stackDir) {
      await removeVolumes(await requireDocker(), stackDir);
    },
    lastLines: async (stackDir, names, count) => containerLogs(await requireDocker(), stackDir, names, count),
    follow: async (logs, onLine, signal) => followContainers(await requireDocker(), logs, onLine, signal),
    async leftBehind(stackDir) {
      return namesOf(await containersOf(await requireDocker(), stackDir));
    },
  };
}

function namesOf(
  containers: readonly { readonly service: ServiceName; readonly running: boolean }[],
): readonly ServiceName[] {
  return serviceNames.filter((name) => containers.some(({ service, running }) => running && service === name));
}
