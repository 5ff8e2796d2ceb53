import { processIdentity } from './adapters/embedded-postgres/process-identity.ts';
import type { StackOrigin } from './config/load-config.ts';
import { FluxError } from './engine/domain/flux-error.ts';
import { isAlive } from './toolkit/stack/native/service-process.ts';
import { settingsOfStack } from './toolkit/stack/settings-of-stack.ts';
import { stackCommand } from './toolkit/stack/stack-command.ts';
import { readStackFile, type StackService, stackFilePath } from './toolkit/stack/stack-file.ts';

/**
 * The stack file as an origin of settings, for commands that use Redis, Kafka or PostgreSQL. One service that died is met by
 * whoever needs it; where none is alive (a reboot, a `kill`) the file speaks of ports that are anybody's.
 * @throws FluxError `stack_not_running` for such a file, `stack_file_unusable` for a damaged one
 */
export const stackOrigin: StackOrigin = (stackDir) => {
  const file = readStackFile(stackDir);
  if (file === null || file.services.length === 0) return null;
  const path = stackFilePath(stackDir);
  if (!file.services.some(mayRun)) {
    throw new FluxError('stack_not_running', `the stack file ${path} is stale: none of its processes runs any more`, {
      hint: `${stackCommand('up', stackDir)} (starts them again), or ${stackCommand('down', stackDir)} (removes the file)`,
    });
  }
  return settingsOfStack(file, `stack file ${path}`);
};

/** Who asks a container whether it runs has to wait for Docker: its client will say so. A proxy alone is no service. */
function mayRun(service: StackService): boolean {
  if (service.kind === 'docker') return true;
  return service.name !== 'proxy' && isAlive(service, { identityOf: processIdentity });
}
