import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { askService } from '../ask-service.ts';
import { together } from '../native/together.ts';
import type { ServiceName } from '../service-name.ts';
import { type DockerService, directAddress, type StackService } from '../stack-file.ts';
import type { StackParts } from '../stack-parts.ts';
import type { StackStart } from '../stack-provider.ts';
import { bringImage } from './bring-image.ts';
import type { ContainerSpec } from './container-spec.ts';
import { type Docker, requireDocker } from './docker-daemon.ts';
import { kafkaContainer } from './kafka-container.ts';
import { postgresContainer } from './postgres-container.ts';
import { redisContainer } from './redis-container.ts';
import { startContainer } from './start-container.ts';

interface DockerStart extends StackStart {
  readonly parts: StackParts;
}

/** The services that this provider has: one Redis, one broker, one PostgreSQL. */
type ContainedService = 'redis' | 'kafka' | 'postgres';

/** Everything in less than 10 s where the images are there; a busy machine takes many times that. */
const readyMs = 90_000;
const answerMs = 1_000;

/** Starts these services as containers, all at once: they need nothing of each other. */
export async function startContainers(
  names: readonly ServiceName[],
  use: DockerStart,
): Promise<readonly StackService[]> {
  const contained = names.map((name) => requireContained(name));
  const docker = await requireDocker();
  return together(
    contained.map((name) => (signal: AbortSignal) => start(name, docker, { ...use, signal })),
    use.signal,
  );
}

function requireContained(name: ServiceName): ContainedService {
  if (name === 'redis' || name === 'kafka' || name === 'postgres') return name;
  throw new FluxError('usage', `the docker provider has one Redis, one Kafka and one PostgreSQL, and no ${name}`, {
    hint: 'fluxgate stack up --provider native ...',
  });
}

async function start(name: ContainedService, docker: Docker, use: DockerStart): Promise<StackService> {
  const image = use.images[name];
  await bringImage(docker, image, { ...use, onProgress: (what) => use.onProgress(name, what) });
  use.signal.throwIfAborted();
  const stackDir = use.folder.path;
  const { spec, login } = describe(name, image, stackDir);
  const former = use.former.find((service) => service.name === name);
  const started: DockerService = await startContainer({
    docker,
    stackDir,
    name,
    preferredPort: former && directAddress(former).port,
    spec,
    ask: (service) => askService({ ...service, ...login }, use.parts, answerMs),
    readyMs,
    signal: use.signal,
  });
  if (!use.signal.aborted) use.onProgress(name, `ready at ${started.host}:${started.port}`);
  return { ...started, ...login };
}

function describe(
  name: ContainedService,
  image: string,
  stackDir: string,
): {
  readonly spec: (port: number) => ContainerSpec;
  readonly login?: { readonly user: string; readonly password: string; readonly database: string };
} {
  switch (name) {
    case 'redis':
      return { spec: () => redisContainer(image) };
    case 'kafka': {
      // a leading dash would read as a flag
      const clusterId = remembered(join(stackDir, 'kafka.cluster'), () => randomId(16).replace(/^-/, 'A'));
      return { spec: (advertisedPort) => kafkaContainer(image, { advertisedPort, clusterId }) };
    }
    case 'postgres': {
      const password = remembered(join(stackDir, 'postgres.password'), () => randomId(24));
      const login = { user: 'fluxgate', password, database: 'fluxgate' };
      return { spec: () => postgresContainer(image, login), login };
    }
    default:
      return name satisfies never;
  }
}

function randomId(sizeBytes: number): string {
  return randomBytes(sizeBytes).toString('base64url');
}

/** What the data in the volume were made with: kept in the stack's folder as long as they are. */
function remembered(path: string, make: () => string): string {
  if (!existsSync(path)) writeFileSync(path, make(), { mode: 0o600 });
  return readFileSync(path, 'utf8');
}
