import { FluxError } from '../../../engine/domain/flux-error.ts';
import { roleOf, serviceNames } from '../../stack/service-name.ts';
import { parseTarget } from '../experiment/target-name.ts';
import type { ChaosFault, FaultTarget } from '../fault/chaos-fault.ts';
import { redisPrimary } from '../service/redis-primary.ts';
import type { ChaosSystem, PartKind } from '../system/chaos-system.ts';

/**
 * What a target's name means at this moment: one part or way, or several. `chance` decides between any.
 * @throws FluxError `not_found` where there is none, as when nobody controls
 */
export async function resolveTarget(
  text: string,
  fault: ChaosFault,
  system: ChaosSystem,
  chance: () => number,
): Promise<readonly FaultTarget[]> {
  const parsed = parseTarget(text);
  const isNetwork = fault.targets.includes('link');
  const all: readonly FaultTarget[] = isNetwork ? system.links : system.parts;
  const found = (targets: readonly (FaultTarget | undefined | null)[]): readonly FaultTarget[] => {
    const there = targets.filter((target) => target !== undefined && target !== null);
    if (there.length > 0) return there;
    throw new FluxError('not_found', `there is no ${text} at this moment that ${fault.name} could be done to`);
  };
  switch (parsed?.kind) {
    case 'controller':
      return found([await system.controller()]);
    case 'primary':
      return found([await redisPrimary(system)]);
    case 'any': {
      const group = all.filter((target) => kindOf(target) === parsed.part);
      return found([group[Math.floor(chance() * group.length)]]);
    }
    case 'every':
      return found(all.filter((target) => kindOf(target) === parsed.part));
    case 'part':
    case 'way':
    case undefined:
      return found([all.find(({ name }) => name === text)]);
    default:
      return parsed satisfies never;
  }
}

/** A way to a service counts as of the service's kind. */
function kindOf(target: FaultTarget): PartKind | undefined {
  if (target.kind !== 'link') return target.kind;
  const service = serviceNames.find((name) => name === target.name);
  return service && roleOf(service);
}
