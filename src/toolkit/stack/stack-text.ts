import { alignedTable } from '../command/aligned-table.ts';
import type { ServiceStatus } from './stack-status.ts';

/** The services as a table; of an unhealthy one also why. */
export function stackText(services: readonly ServiceStatus[]): string {
  const rows = services.map(({ name, kind, address, pid, healthy, why }) => [
    name,
    kind,
    address,
    String(pid),
    healthy ? 'healthy' : `UNHEALTHY: ${why}`,
  ]);
  return alignedTable(['service', 'kind', 'address', 'pid', 'health'], rows, { right: ['pid'] });
}
