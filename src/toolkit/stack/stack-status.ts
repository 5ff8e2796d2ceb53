import { existsSync, realpathSync } from 'node:fs';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { askService } from './ask-service.ts';
import { inOrder, type ServiceName } from './service-name.ts';
import { stackCommand } from './stack-command.ts';
import { directAddress, readStackFile, type ServiceAddress, type StackService } from './stack-file.ts';
import type { StackParts } from './stack-parts.ts';
import { providerOf } from './stack-providers.ts';

/** One service as an operator sees it; no secret in it. */
export type ServiceStatus = {
  readonly name: ServiceName;
  /** host:port of the service itself */
  readonly address: string;
  /** host:port of the proxy in front of it, which clients use; only where there is one. */
  readonly proxyAddress?: string;
  readonly healthy: boolean;
  /** Only of an unhealthy one. */
  readonly why?: string;
} & ({ readonly kind: 'native'; readonly pid: number } | { readonly kind: 'docker'; readonly containerId: string });

/** Each of them answers within milliseconds; a stopped one never. */
const answerMs = 2_000;

/**
 * What runs of a stack, each service asked. @throws FluxError `stack_not_running` where there is none,
 * `stack_file_unusable`
 */
export async function stackStatus(stackDir: string, parts: StackParts): Promise<readonly ServiceStatus[]> {
  const file = readStackFile(stackDir);
  if (file === null || file.services.length === 0) throw await noStack(stackDir, parts);
  return Promise.all(inOrder(file.services).map(async (service) => statusOf(service, await illnessOf(service, parts))));
}

export function statusOf(service: StackService, why: string | undefined): ServiceStatus {
  const shown = {
    name: service.name,
    address: textOf(directAddress(service)),
    ...(service.direct === undefined ? {} : { proxyAddress: textOf(service) }),
    healthy: why === undefined,
    ...(why === undefined ? {} : { why }),
  };
  return service.kind === 'native'
    ? { ...shown, kind: 'native', pid: service.pid }
    : { ...shown, kind: 'docker', containerId: service.containerId };
}

function textOf({ host, port }: ServiceAddress): string {
  return `${host}:${port}`;
}

/** Why a service cannot be used; undefined where it runs and answers. */
export async function illnessOf(service: StackService, parts: StackParts): Promise<string | undefined> {
  try {
    if (!(await providerOf(service.kind, parts).isThere(service)))
      return `its ${service.kind === 'native' ? `process ${service.pid}` : 'container'} has gone`;
    await askService(service, parts, answerMs);
    return undefined;
  } catch (error) {
    return `it does not answer: ${error instanceof Error ? error.message : error}`;
  }
}

async function noStack(stackDir: string, parts: StackParts): Promise<FluxError> {
  const path = existsSync(stackDir) ? realpathSync(stackDir) : stackDir;
  const half = await providerOf(readStackFile(stackDir)?.provider ?? 'native', parts).leftBehind(path);
  return half.length === 0
    ? new FluxError('stack_not_running', `no stack runs in ${stackDir}`, {
        hint: stackCommand('up', stackDir),
      })
    : new FluxError('stack_not_running', `a stack in ${stackDir} was started halfway: ${half.join(', ')}`, {
        hint: `${stackCommand('up', stackDir)} (goes on), or ${stackCommand('down', stackDir)}`,
      });
}
