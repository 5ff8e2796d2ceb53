import { nearestName } from '../../../config/nearest-name.ts';
import type { KeyFault } from '../../file/file-kind.ts';
import { roleOf } from '../../stack/service-name.ts';
import { servicesOf } from '../../stack/stack-shape.ts';
import { chaosFaults } from '../fault/fault-registry.ts';
import type { PartKind } from '../system/chaos-system.ts';
import type { SystemShape } from './experiment.ts';
import type { ExperimentFile } from './experiment-schema.ts';
import { parseTarget } from './target-name.ts';

/** A part that a system of some shape has. */
export interface NamedPart {
  readonly name: string;
  readonly kind: PartKind;
}

/** Every part of a system of this shape, by name. */
export function partsOf(
  shape: Pick<SystemShape, 'mode' | 'servers' | 'workers' | 'variants' | 'proxied'>,
): readonly NamedPart[] {
  const numbered = (kind: 'server' | 'worker', count: number): NamedPart[] =>
    Array.from({ length: count }, (_, n) => ({ name: `${kind}-${n + 1}`, kind }));
  if (shape.mode === 'embedded') return [...numbered('server', 1), { name: 'postgres', kind: 'postgres' }];
  const services = servicesOf({ provider: 'native', variants: shape.variants, proxied: shape.proxied });
  return [
    ...numbered('server', shape.servers),
    ...numbered('worker', shape.workers),
    ...services.map((name) => ({ name, kind: roleOf(name) })),
  ];
}

/** Faults whose target is not there, or is nothing that the fault can be done to. */
export function targetFaults(file: ExperimentFile, shape: SystemShape): readonly KeyFault[] {
  const parts = partsOf(shape);
  return file.faults.flatMap((entry, n): KeyFault[] => {
    const path = ['faults', n, 'target'];
    const fault = chaosFaults.get(entry.fault);
    if (fault === undefined) return [];
    const isNetwork = fault.targets.includes('link');
    if (isNetwork && shape.mode === 'embedded')
      return [
        {
          path,
          what: `${entry.fault} is a fault of the network, and embedded there is none: system.mode has to be stack`,
        },
      ];
    const found = kindsAt(entry.target, parts);
    if (found.kind === 'missing') return [{ path, what: found.what }];
    if (found.kind === 'way' && !isNetwork)
      return [{ path, what: `${entry.fault} is done to a part, not to the way between two` }];
    if (isNetwork) return wayFaults(found, path, entry);
    const wrong = found.parts.find((kind) => !fault.targets.includes(kind));
    if (wrong === undefined) return [];
    return [{ path, what: `${entry.fault} cannot be done to a ${wrong}; only to ${fault.targets.join(', ')}` }];
  });
}

type Found =
  | { readonly kind: 'missing'; readonly what: string }
  | { readonly kind: 'way' | 'parts'; readonly parts: readonly PartKind[] };

function kindsAt(target: string, parts: readonly NamedPart[]): Found {
  const parsed = parseTarget(target);
  const names = parts.map(({ name }) => name);
  const missing = (name: string): Found => {
    const near = nearestName(name, names);
    return {
      kind: 'missing',
      what: `there is no ${name}; ${near === undefined ? `there are ${names.join(', ')}` : `did you mean "${near}"?`}`,
    };
  };
  const one = (name: string): readonly PartKind[] | undefined => {
    const part = parts.find((each) => each.name === name);
    return part && [part.kind];
  };
  switch (parsed?.kind) {
    case undefined:
      return missing(target);
    case 'controller':
      return parts.some(({ kind }) => kind === 'worker') ? { kind: 'parts', parts: ['worker'] } : missing('controller');
    case 'primary':
      return parts.some(({ kind }) => kind === 'redis')
        ? { kind: 'parts', parts: ['redis'] }
        : missing('redis-primary');
    case 'any':
    case 'every': {
      const group = parts.filter(({ kind }) => kind === parsed.part).map(({ kind }) => kind);
      return group.length > 0 ? { kind: 'parts', parts: group } : missing(parsed.part);
    }
    case 'part': {
      const kind = one(parsed.name);
      return kind === undefined ? missing(parsed.name) : { kind: 'parts', parts: kind };
    }
    case 'way': {
      const from = parsed.from === 'buyers' ? [] : one(parsed.from);
      const to = one(parsed.to);
      if (from === undefined) return missing(parsed.from);
      return to === undefined ? missing(parsed.to) : { kind: 'way', parts: [...from, ...to] };
    }
    default:
      return parsed satisfies never;
  }
}

/** What a proxy of ours can stand in: a broker tells its clients where to go, so only the stack's own stands before Kafka. */
function wayFaults(
  found: Extract<Found, { readonly kind: 'way' | 'parts' }>,
  path: KeyFault['path'],
  { fault, target }: ExperimentFile['faults'][number],
): KeyFault[] {
  if (found.kind === 'parts') {
    const own =
      target === 'redis-primary' ||
      found.parts.some((kind) => kind === 'server' || kind === 'worker' || kind === 'proxy');
    return own ? [{ path, what: `${fault} needs the way to it: buyers>${target}, or a service like redis` }] : [];
  }
  const [from, to] = found.parts.length === 1 ? ['buyers', ...found.parts] : found.parts;
  const isBuyers = from === 'buyers' && to === 'server';
  const isClient = (from === 'server' || from === 'worker') && (to === 'redis' || to === 'postgres');
  if (isBuyers || isClient) return [];
  return [{ path, what: 'there is no such way: buyers>server-1, server-1>redis and worker-1>postgres are ways' }];
}
