import { existsSync, realpathSync } from 'node:fs';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { askKafka } from './native/ask-kafka.ts';
import { askRedis } from './native/ask-redis.ts';
import { isAlive, readPidFile } from './native/service-process.ts';
import { stackCommand } from './stack-command.ts';
import { readStackFile, type ServiceName, type StackService, serviceNames } from './stack-file.ts';
import type { StackParts } from './stack-parts.ts';

/** One service as an operator sees it; no secret in it. */
export interface ServiceStatus {
  readonly name: ServiceName;
  readonly kind: StackService['kind'];
  /** host:port */
  readonly address: string;
  readonly pid: number;
  readonly healthy: boolean;
  /** Only of an unhealthy one. */
  readonly why?: string;
}

/** Each of them answers within milliseconds; a stopped one never. */
const answerMs = 2_000;

/**
 * What runs of a stack, each service asked. @throws FluxError `stack_not_running` where there is none,
 * `stack_file_unusable`
 */
export async function stackStatus(stackDir: string, parts: StackParts): Promise<readonly ServiceStatus[]> {
  const file = readStackFile(stackDir);
  if (file === null) throw noStack(stackDir, parts);
  const known = serviceNames.flatMap((name) => file.services.filter((service) => service.name === name));
  return Promise.all(known.map(async (service) => statusOf(service, await illnessOf(service, parts))));
}

export function statusOf(service: StackService, why: string | undefined): ServiceStatus {
  const { name, kind, host, port, pid } = service;
  return {
    name,
    kind,
    address: `${host}:${port}`,
    pid,
    healthy: why === undefined,
    ...(why === undefined ? {} : { why }),
  };
}

/** Why a service cannot be used; undefined where it runs and answers. */
export async function illnessOf(service: StackService, parts: StackParts): Promise<string | undefined> {
  if (!isAlive(service, parts)) return `its process ${service.pid} has gone`;
  try {
    await ask(service, parts);
    return undefined;
  } catch (error) {
    return `it does not answer: ${error instanceof Error ? error.message : error}`;
  }
}

async function ask(service: StackService, parts: StackParts): Promise<void> {
  const { host, port, user = '', password = '', database = '' } = service;
  switch (service.name) {
    case 'redis':
      return askRedis(port, answerMs);
    case 'kafka':
      return askKafka(port, answerMs);
    case 'postgres':
      return parts.postgres.ask({ host, port, user, password, database }, answerMs);
    default:
      return service.name satisfies never;
  }
}

function noStack(stackDir: string, parts: StackParts): FluxError {
  const path = existsSync(stackDir) ? realpathSync(stackDir) : stackDir;
  const half = serviceNames.filter((name) => {
    const ref = readPidFile(path, name);
    return ref !== undefined && isAlive(ref, parts);
  });
  return half.length === 0
    ? new FluxError('stack_not_running', `no stack runs in ${stackDir}`, {
        hint: stackCommand('up', stackDir),
      })
    : new FluxError('stack_not_running', `a stack in ${stackDir} was started halfway: ${half.join(', ')}`, {
        hint: `${stackCommand('up', stackDir)} (goes on), or ${stackCommand('down', stackDir)}`,
      });
}
