import { existsSync } from 'node:fs';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { roleOf, type ServiceName, type ServiceRole } from '../service-name.ts';
import { directAddress, type StackService } from '../stack-file.ts';
import type { StackParts } from '../stack-parts.ts';
import type { StackStart } from '../stack-provider.ts';
import { bringKafka, kafkaLibs, kafkaVersion, requireJava } from './bring-kafka.ts';
import { bringRedis, findRedis } from './bring-redis.ts';
import { startKafka } from './start-kafka.ts';
import { startRedis } from './start-redis.ts';
import { together } from './together.ts';

export interface NativeStart extends StackStart {
  readonly parts: StackParts;
}

/** Starts these services as processes. Redis, Kafka and PostgreSQL at once: they need nothing of each other. */
export async function startServices(names: readonly ServiceName[], use: NativeStart): Promise<readonly StackService[]> {
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

async function startRedisGroup(names: readonly ServiceName[], use: NativeStart): Promise<readonly StackService[]> {
  const { kind } = await findRedis();
  for (const name of names) {
    if (kind === 'debian') use.onProgress(name, `out of Debian's packages, into ${use.cacheDir}`);
  }
  const { server } = await bringRedis(use.cacheDir, use);
  const redis = await startRedis({
    ...use,
    stackDir: use.folder.path,
    server,
    preferredPort: formerPort('redis', use),
  });
  return [ready(redis, use)];
}

async function startKafkaGroup(names: readonly ServiceName[], use: NativeStart): Promise<readonly StackService[]> {
  const java = await requireJava();
  for (const name of names) {
    if (!existsSync(kafkaLibs(use.cacheDir)))
      use.onProgress(name, `downloading Kafka ${kafkaVersion} by Maven (54 MB, once) into ${use.cacheDir}`);
  }
  const { libs } = await bringKafka(use.cacheDir, use);
  const preferredPort = formerPort('kafka', use);
  return [ready(await startKafka({ ...use, stackDir: use.folder.path, java, libs, preferredPort }), use)];
}

/** It has taken connections already: only a very busy machine takes longer. */
const firstAnswerMs = 20_000;

async function startPostgres(_names: readonly ServiceName[], use: NativeStart): Promise<readonly StackService[]> {
  const { pid, ...login } = await use.parts.postgres.start(use.folder, formerPort('postgres', use));
  await use.parts.postgres.ask(login, firstAnswerMs);
  const identity = use.parts.identityOf(pid);
  if (identity === undefined) throw new FluxError('stack_start_failed', 'postgres ended right after its start');
  return [ready({ name: 'postgres', kind: 'native', ...login, pid, identity }, use)];
}

/** Tells that a service answers. */
function ready(service: StackService, use: NativeStart): StackService {
  if (!use.signal.aborted) use.onProgress(service.name, `ready at ${service.host}:${service.port}`);
  return service;
}

function formerPort(name: ServiceName, use: NativeStart): number | undefined {
  const service = use.former.find((one) => one.name === name);
  return service && directAddress(service).port;
}
