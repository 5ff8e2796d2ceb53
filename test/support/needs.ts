import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { FluxError } from '../../src/engine/domain/flux-error.ts';
import { cacheFolder } from '../../src/toolkit/stack/cache-folder.ts';
import {
  bringKafka,
  findJava,
  findMaven,
  kafkaLibs,
  kafkaVersion,
} from '../../src/toolkit/stack/native/bring-kafka.ts';
import { bringRedis } from '../../src/toolkit/stack/native/bring-redis.ts';
import { findProgram } from '../../src/toolkit/stack/native/find-program.ts';
import { bringTlc } from './bring-tlc.ts';
import { otherNode } from './other-node.ts';

/**
 * What a test may need that a machine may lack. A file says so for all of its tests by a comment (`// @module-tag kafka`),
 * a single test by its options (`{ tags: ['linux'] }`). Where it is missing the test is skipped, and counted at the end.
 */
export const needs = {
  redis: 'Redis',
  kafka: 'Kafka',
  linux: 'Linux',
  debian: 'apt-get',
  mount: 'the right to mount a disk',
  docker: 'a Docker daemon',
  k6: 'k6',
  tlc: 'TLC',
  otherNode: 'a Node of another release line',
  long: 'the long form',
} as const;

export type Need = keyof typeof needs;

/** By need: why this machine cannot have it, with the command that would bring it. */
export type Missing = Readonly<Partial<Record<Need, string>>>;

/**
 * These are counted, and fail no run of CI: the daemon, root's rights and k6 (which comes with Go) are not there for the asking, a
 * Node of another line is there where the system has one of its own, the long form for `.ci/run --long`.
 */
export const mayBeMissing: readonly Need[] = ['docker', 'mount', 'k6', 'otherNode', 'long'];

declare module 'vitest' {
  export interface ProvidedContext {
    missing: Missing;
  }
}

/** Brings Redis and Kafka, for the long form TLC too, into the cache where they are not there yet, and says what cannot be had. */
export async function bringNeeds(say: (text: string) => void): Promise<Missing> {
  const cacheDir = cacheFolder(process.env.FLUXGATE_CACHE_DIR);
  const [redis, kafka] = await Promise.all([whyNot(() => bringRedis(cacheDir)), whyNoKafka(cacheDir, say)]);
  const isDebian = findProgram('apt-get') !== undefined && findProgram('dpkg-deb') !== undefined;
  const isLong = process.env.FLUXGATE_LONG === '1';
  const found: Record<Need, string | undefined> = {
    redis,
    kafka,
    linux: process.platform === 'linux' ? undefined : `this is ${process.platform}, processes are told apart by /proc`,
    debian: isDebian ? undefined : 'this is neither Debian nor Ubuntu',
    mount: succeeds('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']) ? undefined : 'only root has it',
    docker: succeeds('docker', ['info']) ? undefined : 'no daemon answers: docker info',
    k6: findProgram('k6') === undefined ? 'go install go.k6.io/k6@latest' : undefined,
    tlc: isLong ? await whyNot(() => bringTlc(cacheDir)) : undefined, // nobody asks for it in the short form
    otherNode:
      otherNode() === undefined ? `node on the PATH or in /usr/bin is ${process.version}, as ours is` : undefined,
    long: isLong ? undefined : 'FLUXGATE_LONG=1',
  };
  return Object.fromEntries(Object.entries(found).filter(([, why]) => why !== undefined));
}

async function whyNoKafka(cacheDir: string, say: (text: string) => void): Promise<string | undefined> {
  const java = await findJava();
  const cached = existsSync(kafkaLibs(cacheDir));
  const maven = findMaven();
  const lacks = [
    ...(java.kind === 'missing' ? [{ found: java.found, mend: java.mend }] : []),
    ...(cached || maven.mvn !== undefined ? [] : [{ found: 'there is no mvn', mend: maven.mend }]),
  ];
  if (lacks.length > 0)
    return `${lacks.map(({ found }) => found).join(', ')}: ${lacks.map(({ mend }) => mend).join(' && ')}`;
  if (!cached) say(`Kafka ${kafkaVersion} (54 MB) is brought into ${cacheDir}, once`);
  return whyNot(() => bringKafka(cacheDir));
}

async function whyNot(bring: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await bring();
    return undefined;
  } catch (error) {
    if (error instanceof FluxError) return error.hint ? `${error.message}: ${error.hint}` : error.message;
    throw error;
  }
}

/** `docker info` waits as long for a daemon that hangs. */
const probeMs = 10_000;

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore', timeout: probeMs });
    return true;
  } catch {
    return false;
  }
}
