import { alignedTable } from '../command/aligned-table.ts';
import type { ServiceStatus } from './stack-status.ts';

/** The services as a table of at most 80 columns; of an unhealthy one also why, behind it. */
export function stackText(services: readonly ServiceStatus[]): string {
  const proxied = services.some(({ proxyAddress }) => proxyAddress !== undefined);
  const rows = services.map((service) => [
    service.name,
    service.kind,
    service.address,
    ...(proxied ? [service.proxyAddress ?? '-'] : []),
    service.kind === 'native' ? String(service.pid) : service.containerId.slice(0, 12), // as docker shows it
    service.healthy ? 'healthy' : `UNHEALTHY: ${service.why}`,
  ]);
  const id = services.every(({ kind }) => kind === 'docker') ? 'container' : 'pid';
  const heads = ['service', 'kind', 'address', ...(proxied ? ['proxy'] : []), id, 'health'];
  return alignedTable(heads, rows, { right: ['pid'] });
}
