/**
 * Every service that a stack can have, in the order in which they are shown: what each stack has, then what is there beside
 * it. The first of a kind has no number: who looks for "the" Redis finds it in every stack.
 */
export const serviceNames = [
  'redis',
  'kafka',
  'postgres',
  'redis-2',
  'redis-3',
  'redis-4',
  'redis-5',
  'redis-6',
  'sentinel-1',
  'sentinel-2',
  'sentinel-3',
  'kafka-2',
  'kafka-3',
  'proxy',
] as const;
export type ServiceName = (typeof serviceNames)[number];

/** What a service is: which program runs it and which question it answers. */
export type ServiceRole = 'redis' | 'sentinel' | 'kafka' | 'postgres' | 'proxy';

export function roleOf(name: ServiceName): ServiceRole {
  switch (name) {
    case 'redis':
    case 'redis-2':
    case 'redis-3':
    case 'redis-4':
    case 'redis-5':
    case 'redis-6':
      return 'redis';
    case 'sentinel-1':
    case 'sentinel-2':
    case 'sentinel-3':
      return 'sentinel';
    case 'kafka':
    case 'kafka-2':
    case 'kafka-3':
      return 'kafka';
    case 'postgres':
    case 'proxy':
      return name;
    default:
      return name satisfies never;
  }
}

/** The services of `names` in the order in which they are shown. */
export function inOrder<Service extends { readonly name: ServiceName }>(
  services: readonly Service[],
): readonly Service[] {
  return serviceNames.flatMap((name) => services.filter((service) => service.name === name));
}
