import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { endServices } from './end-services.ts';
import { holdStack } from './hold-stack.ts';
import { bringKafka, kafkaLibs, kafkaVersion, requireJava } from './native/bring-kafka.ts';
import { bringRedis, findRedis } from './native/bring-redis.ts';
import { startKafka } from './native/start-kafka.ts';
import { startRedis } from './native/start-redis.ts';
import { removeFiles, removeIfEmpty } from './stack-down.ts';
import { readStackFile, type ServiceName, type StackService, serviceNames, writeStackFile } from './stack-file.ts';
import type { HeldFolder, StackParts } from './stack-parts.ts';
import { illnessOf } from './stack-status.ts';

export interface UpOptions {
  readonly stackDir: string;
  readonly cacheDir: string;
  readonly parts: StackParts;
  readonly signal?: AbortSignal | undefined;
  /** Told what happens to which service. */
  readonly onProgress: (name: ServiceName, what: string) => void;
}

/**
 * Brings the stack up: what runs and answers stays as it is, what is ill or missing is started (on its old port where that
 * is free). Returns when every service answers. Where one does not, or the signal comes, all that this call started is
 * ended again, and a folder that it made is removed.
 *
 * @throws FluxError `program_missing`, `stack_start_failed`, `stack_busy`, `interrupted` ...
 */
export async function stackUp(use: UpOptions): Promise<readonly StackService[]> {
  const folder = holdStack(use.stackDir, use.parts);
  const fresh = !serviceNames.some((name) => existsSync(join(folder.path, name)));
  try {
    const former = readStackFile(folder.path)?.services ?? [];
    const well = await wellOnes(former, use);
    const wanted = serviceNames.filter((name) => !well.some((service) => service.name === name));
    if (wanted.length === 0) return well;
    await endServices(folder.path, wanted, use.parts, false);
    const started = await startAll(wanted, { ...use, folder, former });
    const services = serviceNames.flatMap((name) => [...well, ...started].filter((service) => service.name === name));
    writeStackFile(folder.path, { services });
    return services;
  } catch (error) {
    if (fresh) removeFiles(folder.path, false);
    throw error;
  } finally {
    folder.close();
    if (fresh) removeIfEmpty(folder.path);
  }
}

async function wellOnes(former: readonly StackService[], use: UpOptions): Promise<readonly StackService[]> {
  const looked = await Promise.all(
    former.map(async (service) => {
      const why = await illnessOf(service, use.parts);
      use.onProgress(service.name, why === undefined ? 'runs already' : `starts again: ${why}`);
      return why === undefined ? [service] : [];
    }),
  );
  return looked.flat();
}

interface Starting extends UpOptions {
  readonly folder: HeldFolder;
  readonly former: readonly StackService[];
}

/** All at once: they need nothing of each other. Where one fails the others are ended, too. */
async function startAll(names: readonly ServiceName[], use: Starting): Promise<readonly StackService[]> {
  const failing = new AbortController();
  const signal = use.signal === undefined ? failing.signal : AbortSignal.any([use.signal, failing.signal]);
  const failures: unknown[] = [];
  const started = await Promise.all(
    names.map(async (name) => {
      try {
        const service = await start(name, { ...use, signal });
        if (!signal.aborted) use.onProgress(name, `ready at ${service.host}:${service.port}`);
        return [service];
      } catch (error) {
        failures.push(error);
        failing.abort();
        return [];
      }
    }),
  );
  if (failures.length === 0 && !use.signal?.aborted) return started.flat();
  await endServices(use.folder.path, names, use.parts, false);
  if (use.signal?.aborted) throw new FluxError('interrupted', 'the start of the stack was interrupted and undone');
  throw failures[0];
}

async function start(name: ServiceName, use: Starting): Promise<StackService> {
  const stackDir = use.folder.path;
  const preferredPort = use.former.find((service) => service.name === name)?.port;
  switch (name) {
    case 'redis': {
      const { kind } = await findRedis();
      if (kind === 'debian') use.onProgress(name, `out of Debian's packages, into ${use.cacheDir}`);
      const { server } = await bringRedis(use.cacheDir, use);
      return startRedis({ ...use, stackDir, server, preferredPort });
    }
    case 'kafka': {
      const java = await requireJava();
      if (!existsSync(kafkaLibs(use.cacheDir)))
        use.onProgress(name, `downloading Kafka ${kafkaVersion} by Maven (54 MB, once) into ${use.cacheDir}`);
      const { libs } = await bringKafka(use.cacheDir, use);
      return startKafka({ ...use, stackDir, java, libs, preferredPort });
    }
    case 'postgres': {
      const { pid, ...login } = await use.parts.postgres.start(use.folder, preferredPort);
      await use.parts.postgres.ask(login, firstAnswerMs);
      const identity = use.parts.identityOf(pid);
      if (identity === undefined) throw new FluxError('stack_start_failed', 'postgres ended right after its start');
      return { name, kind: 'native', ...login, pid, identity };
    }
    default:
      return name satisfies never;
  }
}

/** It has taken connections already: only a very busy machine takes longer. */
const firstAnswerMs = 20_000;
