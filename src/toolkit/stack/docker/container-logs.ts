import type { ServiceName } from '../service-name.ts';
import type { ServiceLog } from '../stack-provider.ts';
import { containersOf } from './containers-of-stack.ts';
import type { Docker } from './docker-daemon.ts';

/** Docker Engine API, "Stream format" of an attached container: a type, three zeros, a big-endian size, then that many bytes. */
const headerBytes = 8;

/** The last lines that a container wrote, to stdout and stderr. */
export async function lastContainerLines(docker: Docker, id: string, count: number): Promise<readonly string[]> {
  const written = await docker.container.getById(id).logs({ follow: false, stdout: true, stderr: true, tail: count });
  const text = withoutHeaders(written).trimEnd();
  return text === '' ? [] : text.split('\n');
}

function withoutHeaders(framed: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + headerBytes <= framed.length; ) {
    const sizeBytes = framed.readUInt32BE(at + 4);
    parts.push(framed.subarray(at + headerBytes, at + headerBytes + sizeBytes));
    at += headerBytes + sizeBytes;
  }
  return Buffer.concat(parts).toString();
}

/** Tells every line that comes after now, until the container or the signal ends. */
async function followContainer(
  docker: Docker,
  id: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const lines = await docker.container.logs(docker.container.getById(id), { tail: 0 });
  const stop = (): void => {
    lines.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    let rest = '';
    for await (const chunk of lines) {
      const all = `${rest}${chunk}`.split('\n');
      rest = all.pop() ?? '';
      for (const line of all) onLine(line);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The last lines of each of these services of a stack, in the order of `names`; containers that ended still have theirs. */
export async function containerLogs(
  docker: Docker,
  stackDir: string,
  names: readonly ServiceName[],
  count: number,
): Promise<readonly ServiceLog[]> {
  const containers = await containersOf(docker, stackDir);
  const wanted = names.flatMap((name) => containers.filter(({ service }) => service === name));
  return Promise.all(
    wanted.map(async ({ service, id }) => ({
      name: service,
      containerId: id,
      lines: await lastContainerLines(docker, id, count),
    })),
  );
}

/** Tells every line that comes after now, until the signal or until all of them have ended. */
export async function followContainers(
  docker: Docker,
  logs: readonly ServiceLog[],
  onLine: (name: ServiceName, line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    logs.map(async ({ name, containerId }) => {
      if (containerId !== undefined) await followContainer(docker, containerId, (line) => onLine(name, line), signal);
    }),
  );
}
