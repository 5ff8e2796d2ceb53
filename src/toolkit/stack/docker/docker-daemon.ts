import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { FluxError } from '../../../engine/domain/flux-error.ts';

/** A Docker daemon, or something that speaks its protocol (Podman), as testcontainers talks to it. */
export type Docker = import('testcontainers').ContainerRuntimeClient;

/** The daemon as it was found, or what is wrong and the command that mends it. */
export type DockerFound =
  | { readonly kind: 'found'; readonly docker: Docker; readonly version: string }
  | { readonly kind: 'missing'; readonly found: string; readonly mend: string };

/**
 * Looks where testcontainers does: its own settings, $DOCKER_HOST and the context of the docker client, the usual socket, the
 * rootless one. Changes nothing.
 */
export async function findDocker(): Promise<DockerFound> {
  const host = process.env.DOCKER_HOST ?? '';
  if (isElsewhere(host)) {
    const found = `DOCKER_HOST ${host} is another machine: a stack is published on the loopback of its own`;
    return {
      kind: 'missing',
      found,
      mend: 'unset DOCKER_HOST, or start Redis, Kafka and PostgreSQL there: fluxgate stack export --compose',
    };
  }
  if (!maySpeakToDocker()) return { kind: 'missing', ...whatIsWrong() };
  // a heavy package that most commands never need
  const { getContainerRuntimeClient } = await import('testcontainers');
  try {
    const docker = await getContainerRuntimeClient();
    return { kind: 'found', docker, version: String(docker.info.containerRuntime.serverVersion) };
  } catch {
    return { kind: 'missing', ...whatIsWrong() };
  }
}

/** The daemon, for whoever cannot do without. @throws FluxError `program_missing` with the command that brings one */
export async function requireDocker(): Promise<Docker> {
  const found = await findDocker();
  if (found.kind === 'found') return found.docker;
  throw new FluxError('program_missing', found.found, { hint: found.mend });
}

const usualSocket = '/var/run/docker.sock';

/** Whether it is worth asking: without loading the client, by what there is of the places where it would look. */
export function maySpeakToDocker(): boolean {
  const { DOCKER_HOST, XDG_RUNTIME_DIR = '/nowhere' } = process.env;
  if (DOCKER_HOST || process.platform === 'win32') return true;
  const homes = ['.testcontainers.properties', '.docker/run/docker.sock', '.docker/desktop/docker.sock'];
  return [usualSocket, join(XDG_RUNTIME_DIR, 'docker.sock'), ...homes.map((name) => join(homedir(), name))].some(
    (path) => existsSync(path),
  );
}

function whatIsWrong(): { readonly found: string; readonly mend: string } {
  const { DOCKER_HOST: host } = process.env;
  if (host) return { found: `no Docker daemon answers at DOCKER_HOST ${host}`, mend: 'docker info (says why)' };
  if (!existsSync(usualSocket)) return { found: 'no Docker daemon runs', mend: startCommand() };
  try {
    accessSync(usualSocket, constants.R_OK | constants.W_OK);
    return { found: 'no Docker daemon answers', mend: startCommand() };
  } catch {
    return {
      found: `this user may not talk to the Docker daemon (${usualSocket})`,
      mend: 'sudo usermod -aG docker $USER, then log in again',
    };
  }
}

/** A socket or pipe is of this machine, a name may be of another. */
function isElsewhere(host: string): boolean {
  return /^(tcp|https?|ssh):\/\//.test(host) && !/^\w+:\/\/(localhost|127\.[\d.]+|\[::1\])(:|\/|$)/.test(host);
}

function startCommand(): string {
  return process.platform === 'linux'
    ? 'sudo systemctl start docker (where it is not installed: sudo apt-get install docker.io)'
    : 'start Docker Desktop (where it is not installed: docs.docker.com/get-docker)';
}
