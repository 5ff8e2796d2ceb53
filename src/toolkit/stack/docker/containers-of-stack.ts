import { FluxError } from '../../../engine/domain/flux-error.ts';
import { type ServiceName, serviceNames } from '../service-name.ts';
import { serviceLabel, stackLabel } from './container-names.ts';
import type { Docker } from './docker-daemon.ts';

/** A container of a stack, running or not. */
export interface StackContainer {
  readonly id: string;
  readonly service: ServiceName;
  readonly running: boolean;
}

/** What is there of a stack, by its labels. */
export async function containersOf(docker: Docker, stackDir: string): Promise<readonly StackContainer[]> {
  const found = await docker.container.dockerode.listContainers({
    all: true,
    filters: { label: [`${stackLabel}=${stackDir}`] },
  });
  return found.flatMap(({ Id, Labels, State }) => {
    const service = serviceNames.find((name) => name === Labels[serviceLabel]);
    return service === undefined ? [] : [{ id: Id, service, running: State === 'running' }];
  });
}

/** Stops and removes them, within `patienceS` seconds each or by force; their volumes stay. Gone ones are no fault. */
export async function removeContainers(
  docker: Docker,
  containers: readonly StackContainer[],
  patienceS: number,
): Promise<void> {
  await Promise.all(
    containers.map(async ({ id, running }) => {
      const container = docker.container.getById(id);
      if (running && patienceS > 0) await unlessGone(container.stop({ t: patienceS }));
      // with `v` the nameless volumes of its image go, too
      await unlessGone(container.remove({ force: true, v: true }));
    }),
  );
}

/** Removes the volumes with the data of a stack. */
export async function removeVolumes(docker: Docker, stackDir: string): Promise<void> {
  const { Volumes } = await docker.container.dockerode.listVolumes({
    filters: { label: [`${stackLabel}=${stackDir}`] },
  });
  await Promise.all(
    Volumes.map(({ Name }) => unlessGone(docker.container.dockerode.getVolume(Name).remove({ force: true }))),
  );
}

/** What Docker says of something that is not there (404), not modified (304) or on its way out (409) is what was wanted. */
async function unlessGone(doing: Promise<unknown>): Promise<void> {
  try {
    await doing;
  } catch (cause) {
    const status = cause instanceof Error && 'statusCode' in cause ? cause.statusCode : undefined;
    if (status === 304 || status === 404) return;
    if (status === 409 && /already in progress/.test(String(cause))) return;
    throw new FluxError('fault', `Docker could not end a container of the stack: ${cause}`, {
      hint: `docker ps -a --filter label=${stackLabel}`,
      cause,
    });
  }
}
