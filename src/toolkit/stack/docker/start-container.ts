import { setTimeout as sleep } from 'node:timers/promises';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { onFreePort } from '../native/free-port.ts';
import type { ServiceName } from '../service-name.ts';
import type { DockerService } from '../stack-file.ts';
import { lastContainerLines } from './container-logs.ts';
import { containerName, labelsOf } from './container-names.ts';
import type { ContainerSpec } from './container-spec.ts';
import { containersOf, removeContainers } from './containers-of-stack.ts';
import type { Docker } from './docker-daemon.ts';

export interface ContainerStart {
  readonly docker: Docker;
  readonly stackDir: string;
  readonly name: ServiceName;
  /** Where it listened before, on the loopback; taken again where it is free. */
  readonly preferredPort: number | undefined;
  /** The container for this port of the loopback (some services tell clients where they are). */
  readonly spec: (port: number) => ContainerSpec;
  /** Throws while the service does not answer on the port. */
  readonly ask: (service: DockerService) => Promise<void>;
  readonly readyMs: number;
  readonly signal: AbortSignal;
}

/** How often to ask a service that starts: well below what a person notices. */
const askEveryMs = 50;
/** The reason of a failed start stands in its last lines. */
const shownLines = 6;

/**
 * Starts a service in a container that outlives us, its port published on the loopback alone, and returns once it answers.
 * @throws FluxError `stack_start_failed` with the end of its log; the container stays, for the caller to remove
 */
export function startContainer(use: ContainerStart): Promise<DockerService> {
  return onFreePort(use.preferredPort, (port) => startOn(port, use));
}

async function startOn(port: number, use: ContainerStart): Promise<DockerService> {
  const { docker, stackDir, name, signal } = use;
  const former = await containersOf(docker, stackDir);
  await removeContainers(
    docker,
    former.filter(({ service }) => service === name),
    0,
  );
  signal.throwIfAborted();
  const container = await startFailing(use, async () => {
    const made = await docker.container.dockerode.createContainer(createOptions(port, use));
    await made.start();
    return made;
  });
  const service: DockerService = { name, kind: 'docker', host: '127.0.0.1', port, containerId: container.id };
  const deadline = performance.now() + use.readyMs;
  for (;;) {
    const refusal = await use.ask(service).then(
      () => undefined,
      (error: unknown) => error ?? new Error('no answer'),
    );
    signal.throwIfAborted();
    const { State } = await container.inspect();
    // whoever answers on that port is ours only while our container runs
    if (refusal === undefined && State.Running) return service;
    if (!State.Running || performance.now() > deadline) {
      const why = State.Running
        ? `it was not ready within ${use.readyMs / 1_000} s`
        : `it ended with ${State.ExitCode}`;
      const lines = await lastContainerLines(docker, container.id, shownLines);
      throw startFailed(name, [why, ...lines].join('\n'), refusal);
    }
    await sleep(askEveryMs);
  }
}

function createOptions(port: number, { stackDir, name, spec: specFor }: ContainerStart) {
  const spec = specFor(port);
  const labels = { ...labelsOf(stackDir, name) };
  const inside = `${spec.port}/tcp`;
  const volume = { Type: 'volume' as const, Source: containerName(stackDir, name) };
  return {
    name: containerName(stackDir, name),
    Image: spec.image,
    Labels: labels,
    ...(spec.command === undefined ? {} : { Cmd: [...spec.command] }),
    Env: Object.entries(spec.env ?? {}).map(([key, value]) => `${key}=${value}`),
    ExposedPorts: { [inside]: {} },
    HostConfig: {
      PortBindings: { [inside]: [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
      Mounts:
        spec.dataFolder === undefined
          ? []
          : [
              {
                ...volume,
                Target: spec.dataFolder,
                VolumeOptions: { NoCopy: false, Labels: labels, DriverConfig: noDriver },
              },
            ],
    },
  };
}

/** The default one; the types want it named. */
const noDriver = { Name: '', Options: {} };

async function startFailing<Result>({ name }: ContainerStart, start: () => Promise<Result>): Promise<Result> {
  try {
    return await start();
  } catch (cause) {
    throw startFailed(name, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function startFailed(name: ServiceName, why: string, cause: unknown): FluxError {
  return new FluxError('stack_start_failed', `${name} did not start: ${why}`, {
    hint: 'fluxgate doctor says what is missing on this machine; DEBUG=fluxgate shows more',
    ...(cause === undefined ? {} : { cause }),
  });
}
