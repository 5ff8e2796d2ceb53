import { existsSync } from 'node:fs';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { AskedShape } from './asked-shape.ts';
import { findDocker } from './docker/docker-daemon.ts';
import { findJava, findMaven, kafkaLibs } from './native/bring-kafka.ts';
import { findRedis } from './native/bring-redis.ts';
import type { StackShape } from './stack-shape.ts';

/**
 * The provider of a new stack: the one that was asked for; of `auto` native where this machine has, or can bring, what that
 * needs, else docker where a daemon answers. Variants and the proxy are native's.
 * @throws FluxError `program_missing` where neither can be had, with the commands that mend it
 */
export async function chooseProvider(asked: AskedShape, cacheDir: string): Promise<StackShape['provider']> {
  if (asked.provider !== 'auto') return asked.provider ?? 'native';
  if (asked.variants.length > 0 || asked.proxied) return 'native';
  const missing = await missingForNative(cacheDir);
  if (missing === undefined) return 'native';
  const docker = await findDocker();
  if (docker.kind === 'found') return 'docker';
  throw new FluxError(
    'program_missing',
    `a stack needs programs of this machine or Docker, and has neither: ${missing.found}; ${docker.found}`,
    { hint: `${missing.mend}, or ${docker.mend}` },
  );
}

/** The first thing that the native stack lacks, and the command that brings it. */
async function missingForNative(
  cacheDir: string,
): Promise<{ readonly found: string; readonly mend: string } | undefined> {
  const [redis, java] = await Promise.all([findRedis(), findJava()]);
  if (redis.kind === 'missing') return redis;
  if (java.kind === 'missing') return java;
  const { mvn, mend } = findMaven();
  if (mvn !== undefined || existsSync(kafkaLibs(cacheDir))) return undefined;
  return { found: 'Kafka comes by Maven, and there is no mvn', mend };
}
