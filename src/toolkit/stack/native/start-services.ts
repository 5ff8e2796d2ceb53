import { FluxError } from '../../../engine/domain/flux-error.ts';
import { roleOf, type ServiceName, type ServiceRole } from '../service-name.ts';
import { directAddress, type StackService } from '../stack-file.ts';
import { servicesOf } from '../stack-shape.ts';
import { knownPort, type NativeStart, told } from './native-start.ts';
import { startKafkaGroup } from './start-kafka-group.ts';
import { behindProxy, proxyPorts, startProxy } from './start-proxy.ts';
import { startRedisGroup } from './start-redis-group.ts';
import { together } from './together.ts';

/** Starts these services as processes; the proxy comes last, in front of those that answer. */
export async function startServices(names: readonly ServiceName[], use: NativeStart): Promise<readonly StackService[]> {
  if (!use.shape.proxied) return startBare(names, use);
  const ports = await proxyPorts(
    servicesOf(use.shape).filter((name) => name !== 'proxy'),
    use,
  );
  const bare = await startBare(names, { ...use, proxyPorts: ports });
  const started = bare.map((service) => behindProxy(service, ports));
  if (names.includes('proxy')) return [...started, await startProxy([...use.running, ...started], use)];
  for (const service of started) refuseMoved(service, use);
  return started;
}

/** A proxy that runs knows where the services behind it are. */
function refuseMoved(service: StackService, use: NativeStart): void {
  const former = knownPort(service.name, use);
  if (former === undefined || former === directAddress(service).port) return;
  throw new FluxError(
    'stack_start_failed',
    `port ${former} of ${service.name} is in use by another program, and the proxy knows it by that port`,
    { hint: 'end that program, or begin anew: fluxgate stack down && fluxgate stack up --proxied' },
  );
}

/** Redis, Kafka and PostgreSQL at once: they need nothing of each other. */
async function startBare(names: readonly ServiceName[], use: NativeStart): Promise<readonly StackService[]> {
  const of = (...roles: readonly ServiceRole[]) => names.filter((name) => roles.includes(roleOf(name)));
  const groups = [
    { names: of('redis', 'sentinel'), start: startRedisGroup },
    { names: of('kafka'), start: startKafkaGroup },
    { names: of('postgres'), start: startPostgres },
  ].filter((group) => group.names.length > 0);
  const started = await together(
    groups.map((group) => (signal: AbortSignal) => group.start(group.names, { ...use, signal })),
    use.signal,
  );
  return started.flat();
}

/** It has taken connections already: only a very busy machine takes longer. */
const firstAnswerMs = 20_000;

async function startPostgres(_names: readonly ServiceName[], use: NativeStart): Promise<readonly StackService[]> {
  const { pid, ...login } = await use.parts.postgres.start(use.folder, knownPort('postgres', use));
  await use.parts.postgres.ask(login, firstAnswerMs);
  const identity = use.parts.identityOf(pid);
  if (identity === undefined) throw new FluxError('stack_start_failed', 'postgres ended right after its start');
  return [told({ name: 'postgres', kind: 'native', ...login, pid, identity }, use)];
}
