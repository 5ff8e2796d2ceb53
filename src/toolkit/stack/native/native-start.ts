import type { ServiceName } from '../service-name.ts';
import { directAddress, type StackService } from '../stack-file.ts';
import type { StackParts } from '../stack-parts.ts';
import type { StackStart } from '../stack-provider.ts';

/** What every part of the native stack is told. */
export interface NativeStart extends StackStart {
  /** Where the proxy listens for a service; empty where there is none. */
  readonly proxyPorts: ReadonlyMap<ServiceName, number>;
  readonly parts: StackParts;
}

/** The port that a service has or had, its own where it is proxied; undefined where it never ran. */
export function knownPort(name: ServiceName, use: NativeStart): number | undefined {
  const service = [...use.running, ...use.former].find((one) => one.name === name);
  return service && directAddress(service).port;
}

/** Tells that a service answers. */
export function told<Service extends StackService>(service: Service, use: NativeStart): Service {
  if (!use.signal.aborted) use.onProgress(service.name, `ready at ${service.host}:${service.port}`);
  return service;
}
