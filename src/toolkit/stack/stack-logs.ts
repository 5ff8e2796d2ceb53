import { FluxError } from '../../engine/domain/flux-error.ts';
import type { ServiceName } from './service-name.ts';
import { stackCommand } from './stack-command.ts';
import { readableShape } from './stack-file.ts';
import type { StackParts } from './stack-parts.ts';
import type { ServiceLog } from './stack-provider.ts';
import { providerOf } from './stack-providers.ts';

interface StackLogs {
  readonly logs: readonly ServiceLog[];
  /** Tells every line that comes after these, until the signal. */
  follow(onLine: (name: ServiceName, line: string) => void, signal: AbortSignal): Promise<void>;
}

/**
 * The last lines of each of these services, from wherever the stack's provider keeps them.
 * @throws FluxError `stack_not_running` where there is no log at all
 */
export async function stackLogs(
  stackDir: string,
  names: readonly ServiceName[],
  count: number,
  parts: StackParts,
): Promise<StackLogs> {
  const provider = providerOf(readableShape(stackDir)?.provider ?? 'native', parts);
  const logs = await provider.lastLines(stackDir, names, count);
  if (logs.length === 0) {
    throw new FluxError('stack_not_running', `there is no log in ${stackDir}`, { hint: stackCommand('up', stackDir) });
  }
  return { logs, follow: (onLine, signal) => provider.follow(logs, onLine, signal) };
}
