import { FluxError } from '../../../engine/domain/flux-error.ts';
import { roleOf, type ServiceName, type ServiceRole } from '../service-name.ts';
import type { StackService } from '../stack-file.ts';
import { knownPort, type NativeStart, told } from './native-start.ts';
import { startKafkaGroup } from './start-kafka-group.ts';
import { startRedisGroup } from './start-redis-group.ts';
import { together } from './together.ts';

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

/** It has taken connections already: only a very busy machine takes longer. */
const firstAnswerMs = 20_000;

async function startPostgres(_names: readonly ServiceName[], use: NativeStart): Promise<readonly StackService[]> {
  const { pid, ...login } = await use.parts.postgres.start(use.folder, knownPort('postgres', use));
  await use.parts.postgres.ask(login, firstAnswerMs);
  const identity = use.parts.identityOf(pid);
  if (identity === undefined) throw new FluxError('stack_start_failed', 'postgres ended right after its start');
  return [told({ name: 'postgres', kind: 'native', ...login, pid, identity }, use)];
}
