import { join } from 'node:path';
import { roleOf, type ServiceName } from '../../stack/service-name.ts';
import { readStackFile, type StackService } from '../../stack/stack-file.ts';
import type { ChaosHost } from './chaos-host.ts';
import type { ChaosPart } from './chaos-system.ts';

/** A service of a stack, whose process is another after every start: the stack file says which. */
export function servicePart(name: ServiceName, stackDir: string, host: ChaosHost): ChaosPart {
  const service = (): StackService | undefined => readStackFile(stackDir)?.services.find((each) => each.name === name);
  const runs = () => {
    const found = service();
    if (found?.kind !== 'native' || host.parts.identityOf(found.pid) !== found.identity) return null;
    return { pid: found.pid, identity: found.identity };
  };
  return {
    kind: roleOf(name),
    name,
    ref: { name, stackDir },
    process: runs,
    containerId() {
      const found = service();
      return found?.kind === 'docker' ? found.containerId : null;
    },
    logPath: service()?.kind === 'docker' ? null : join(stackDir, `${name}.log`),
    leaveDown() {}, // nobody watches over it
    async start() {
      if (runs() === null) await host.startService(stackDir, name); // it throws where it does not answer
      return true;
    },
  };
}
