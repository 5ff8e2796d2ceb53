import type { ServiceName } from './service-name.ts';

/** What a stack can have instead of one Redis and one broker. */
export const stackVariants = ['redis-sentinel', 'redis-cluster', 'kafka-3'] as const;
export type StackVariant = (typeof stackVariants)[number];

/** Which services a stack consists of and how they are reached; stays the same as long as it has data. */
export interface StackShape {
  readonly provider: 'native' | 'docker';
  readonly variants: readonly StackVariant[];
  /** Every service is reached through the fault proxy. */
  readonly proxied: boolean;
}

/** What the Sentinels call the primary that they watch. */
export const sentinelPrimaryName = 'fluxgate';

/** One primary with two replicas and three Sentinels; three primaries with a replica each; three brokers. */
export const redisNames = {
  single: ['redis'],
  sentinel: ['redis', 'redis-2', 'redis-3'],
  cluster: ['redis', 'redis-2', 'redis-3', 'redis-4', 'redis-5', 'redis-6'],
} as const satisfies Record<string, readonly ServiceName[]>;
export const sentinelNames = ['sentinel-1', 'sentinel-2', 'sentinel-3'] as const satisfies readonly ServiceName[];
export const kafkaNames = ['kafka', 'kafka-2', 'kafka-3'] as const satisfies readonly ServiceName[];

export function redisTopologyOf({ variants }: Pick<StackShape, 'variants'>): keyof typeof redisNames {
  if (variants.includes('redis-cluster')) return 'cluster';
  return variants.includes('redis-sentinel') ? 'sentinel' : 'single';
}

/** The services of a stack of this shape. */
export function servicesOf(shape: StackShape): readonly ServiceName[] {
  const topology = redisTopologyOf(shape);
  return [
    ...redisNames[topology],
    ...(topology === 'sentinel' ? sentinelNames : []),
    ...(shape.variants.includes('kafka-3') ? kafkaNames : (['kafka'] as const)),
    'postgres',
    ...(shape.proxied ? (['proxy'] as const) : []),
  ];
}
