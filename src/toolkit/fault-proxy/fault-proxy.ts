import { FluxError } from '../../engine/domain/flux-error.ts';
import { startControl } from './control.ts';
import { openTarget, type Target, targetOf } from './target.ts';
import type { ProxySpec } from './target-spec.ts';

export interface FaultProxy {
  /** Of the control: http://host:port (docs/fault-proxy.md, faultProxyClient). */
  readonly url: string;
  /** Where a target is listened for: host:port. @throws FluxError `not_found` */
  addressOf(name: string): string;
  /** Cuts every connection and listens no more. */
  close(): Promise<void>;
}

/**
 * Starts a TCP proxy in this process that hands every target's connections on to its upstream, and does to them what its
 * control is told. @throws FluxError `port_in_use`, `usage`
 */
export async function startFaultProxy(spec: ProxySpec): Promise<FaultProxy> {
  const targets = new Map<string, Target>();
  const closeTargets = async (): Promise<void> => {
    await Promise.all([...targets.values()].map((target) => target.close()));
  };
  try {
    for (const one of spec.targets) {
      if (targets.has(one.name)) throw new FluxError('usage', `two targets of the fault proxy are named ${one.name}`);
      targets.set(one.name, await openTarget(one));
    }
    const control = await startControl(targets, spec.control ?? '127.0.0.1:0');
    return {
      url: control.url,
      addressOf: (name) => targetOf(targets, name).listen,
      async close() {
        await control.close();
        await closeTargets();
      },
    };
  } catch (error) {
    await closeTargets();
    throw error;
  }
}
