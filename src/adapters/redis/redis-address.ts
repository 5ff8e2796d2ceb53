/** One redis-server, or one Sentinel. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** Where the gate's Redis answers, and what it wants to be told. */
export interface RedisAddress {
  readonly topology: 'single' | 'sentinel' | 'cluster';
  /** single: that one; sentinel: the Sentinels; cluster: any of its nodes, from which the others are learnt. At least one. */
  readonly nodes: readonly RedisNode[];
  /** What the Sentinels call the primary. */
  readonly primaryName?: string;
  readonly username?: string;
  readonly password?: string;
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
  readonly tls?: {
    /** PEM; the machine's authorities where not set. */
    readonly ca?: string;
    /** The name that the certificate must have; the host of the node where not set. */
    readonly serverName?: string;
  };
}

/** A Redis that stands alone. */
export function singleRedis({ host, port }: RedisNode): RedisAddress {
  return { topology: 'single', nodes: [{ host, port }] };
}
