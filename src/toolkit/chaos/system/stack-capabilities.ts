import { FluxError } from '../../../engine/domain/flux-error.ts';
import { stackCommand } from '../../stack/stack-command.ts';
import { readStackFile, type StackFile } from '../../stack/stack-file.ts';
import { redisTopologyOf } from '../../stack/stack-shape.ts';
import type { SystemShape } from '../experiment/experiment.ts';
import type { Capability } from './capability.ts';

/** The stack of a folder. @throws FluxError `stack_not_running` where there is none */
export function runningStack(stackDir: string): StackFile {
  const file = readStackFile(stackDir);
  if (file !== null && file.services.length > 0) return file;
  throw new FluxError('stack_not_running', `no stack runs in ${stackDir}`, { hint: stackCommand('up', stackDir) });
}

/** What a stack of this file can do for an experiment of that shape. */
export function capabilitiesOf(
  file: StackFile,
  { proxied, ways }: Pick<SystemShape, 'proxied' | 'ways'>,
): ReadonlySet<Capability> {
  const topology = redisTopologyOf(file);
  return new Set<Capability>([
    'stack',
    file.provider,
    `redis-${topology}`,
    // ways between two parts are this program's own proxies, on any stack
    ...(file.proxied || (!proxied && ways.length > 0) ? ['proxied' as const] : []),
    ...(file.variants.includes('kafka-3') ? ['kafka-3' as const] : []),
  ]);
}
