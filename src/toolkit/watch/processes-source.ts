import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { request } from 'undici';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { runningServers } from '../admin-client/server-address.ts';
import type { StackParts } from '../stack/stack-parts.ts';
import { stackStatus } from '../stack/stack-status.ts';
import { pause } from './pause.ts';
import type { ProcessSeen, Seen } from './sighting.ts';

/** Asking a stack opens a connection a service: not at each frame. */
const everyMs = 5_000;
/** `/readyz` says within 2 s what does not answer. */
const answerMs = 3_000;

export interface Surroundings {
  readonly dataDir: string;
  /** Null where the server was named by its address: then nobody knows what belongs to it. */
  readonly stack: { readonly dir: string; readonly parts: StackParts; readonly workerPort: number } | null;
  /** Named by the operator; null: those of the data folder. */
  readonly url: string | null;
}

/** Looks at everything that belongs to the sale on this machine, every few seconds, until the signal. */
export async function watchProcesses(
  around: Surroundings,
  now: () => number,
  onSeen: (seen: Seen<'processes'>) => void,
  signal: AbortSignal,
): Promise<void> {
  let known: readonly string[] = [];
  while (!signal.aborted) {
    const processes = await lookAround(around, known);
    known = processes.map(({ where }) => where);
    if (!signal.aborted) onSeen({ kind: 'processes', atMs: now(), processes: [...processes] });
    await pause(everyMs, signal);
  }
}

/** `known` are addresses that answered before: one of them that is silent is ill, any other is not there. */
export async function lookAround(around: Surroundings, known: readonly string[]): Promise<readonly ProcessSeen[]> {
  const [services, servers, worker] = await Promise.all([
    servicesOf(around),
    serversOf(around),
    workerOf(around, known),
  ]);
  return [...services, ...servers, ...worker];
}

async function servicesOf({ stack }: Surroundings): Promise<readonly ProcessSeen[]> {
  if (stack === null) return [];
  try {
    const services = await stackStatus(stack.dir, stack.parts);
    return services.map((service) => ({
      name: service.name,
      where: service.proxyAddress === undefined ? service.address : `${service.address} via ${service.proxyAddress}`,
      pid: service.kind === 'native' ? service.pid : null,
      healthy: service.healthy,
      why: service.why ?? null,
    }));
  } catch (error) {
    // Somebody else's Redis, Kafka and PostgreSQL: the settings say where, nothing says how to ask them.
    if (error instanceof FluxError && error.code === 'stack_not_running') return [];
    return [
      {
        name: 'stack',
        where: stack.dir,
        pid: null,
        healthy: false,
        why: String(error instanceof Error ? error.message : error),
      },
    ];
  }
}

async function serversOf({ url, dataDir }: Surroundings): Promise<readonly ProcessSeen[]> {
  const servers = url === null ? await runningServers(dataDir) : [{ url, pid: null, isAlive: true }];
  return Promise.all(
    servers.map(async ({ url: address, pid, isAlive }) => {
      const why = isAlive ? await unreadyOf(address) : `process ${pid} has gone`;
      return { name: 'serve', where: address, pid, healthy: why === null, why };
    }),
  );
}

async function workerOf({ stack }: Surroundings, known: readonly string[]): Promise<readonly ProcessSeen[]> {
  if (stack === null) return [];
  const where = `http://127.0.0.1:${stack.workerPort}`;
  const why = await unreadyOf(where);
  if (why === nobody && !known.includes(where)) return []; // it may run on another machine
  return [{ name: 'worker', where, pid: null, healthy: why === null, why }];
}

const nobody = 'nobody answers there';
const readiness = Type.Object({
  ready: Type.Boolean(),
  dependencies: Type.Array(
    Type.Object({ name: Type.String(), ok: Type.Boolean(), why: Type.Union([Type.String(), Type.Null()]) }),
  ),
});

/** Why the server at an address is not ready; null where it is. */
async function unreadyOf(url: string): Promise<string | null> {
  try {
    const answer = await request(new URL('/readyz', url), { headersTimeout: answerMs, bodyTimeout: answerMs });
    const document: unknown = await answer.body.json();
    if (!Value.Check(readiness, document)) return `HTTP ${answer.statusCode}`;
    if (document.ready) return null;
    const ill = document.dependencies.filter(({ ok }) => !ok);
    return ill.map(({ name, why }) => `${name}: ${why ?? 'not ready'}`).join('; ') || 'not ready';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ECONNREFUSED' ? nobody : `no answer (${String(code ?? error)})`;
  }
}
