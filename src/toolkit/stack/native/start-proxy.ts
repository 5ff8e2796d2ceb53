import { join } from 'node:path';
import { faultProxyCommand } from '../../fault-proxy/fault-proxy-command.ts';
import { askProxy } from '../ask-proxy.ts';
import { inOrder, type ServiceName } from '../service-name.ts';
import { directAddress, type NativeService, type ServiceAddress, type StackService } from '../stack-file.ts';
import { freePort, onFreePort } from './free-port.ts';
import { knownPort, type NativeStart, told } from './native-start.ts';
import { startService } from './service-process.ts';

/** It is one Node with an HTTP server; a machine that does much else takes longer. */
const readyMs = 20_000;

/** Where the proxy listens for each of these services: where it did before, else on a free port. */
export async function proxyPorts(
  names: readonly ServiceName[],
  use: NativeStart,
): Promise<ReadonlyMap<ServiceName, number>> {
  const ports = new Map<ServiceName, number>();
  for (const name of names) {
    const known = [...use.running, ...use.former].find((service) => service.name === name && service.direct);
    ports.set(name, known?.port ?? (await freePort()));
  }
  return ports;
}

/** The service as its clients reach it: at the proxy. */
export function behindProxy<Service extends StackService>(
  service: Service,
  ports: ReadonlyMap<ServiceName, number>,
): Service {
  const port = ports.get(service.name);
  if (port === undefined) return service;
  return { ...service, host: '127.0.0.1', port, direct: directAddress(service) };
}

/** Starts the fault proxy in front of these services, each of which is a target by its name. Its address is its control's. */
export async function startProxy(services: readonly StackService[], use: NativeStart): Promise<NativeService> {
  const stackDir = use.folder.path;
  const targets = inOrder(services)
    .filter((service) => service.direct !== undefined)
    .map((service) => ({
      name: service.name,
      listen: textOf(service),
      upstream: textOf(directAddress(service)),
    }));
  return onFreePort(knownPort('proxy', use), async (port) => {
    const spec = { control: `127.0.0.1:${port}`, targets };
    const { program, args } = faultProxyCommand(join(stackDir, 'proxy', 'proxy.json'), spec);
    const ask = (timeoutMs: number) => askProxy({ host: '127.0.0.1', port }, timeoutMs);
    const ref = await startService({ ...use, stackDir, name: 'proxy', program, args, readyMs, ask });
    return told({ name: 'proxy', kind: 'native', host: '127.0.0.1', port, ...ref }, use);
  });
}

function textOf({ host, port }: ServiceAddress): string {
  return `${host}:${port}`;
}
