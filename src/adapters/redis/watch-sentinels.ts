import { Redis, type RedisOptions } from 'ioredis';
import type { RedisNode } from './redis-address.ts';

const channel = '+switch-master';

/**
 * Listens to each Sentinel and calls `onSwitch` when one of them says that the primary is another one now. A primary that
 * lives on behind a failover keeps its connections: without this its clients would stay with it (they could hold nothing
 * there, see the fence, but nor would they find the new one).
 *
 * Own code, because ioredis' failover detector writes to the console when a Sentinel goes away, and looks for it again after a
 * minute. A Sentinel that is away is no fault: one is enough to hear of the switch.
 */
export function watchSentinels(
  {
    nodes,
    primaryName,
    options,
  }: {
    readonly nodes: readonly RedisNode[];
    readonly primaryName: string;
    readonly options: Omit<RedisOptions, 'replyMapping'>;
  },
  onSwitch: () => void,
): { close(): void } {
  const listeners = nodes.map(({ host, port }) => {
    const sentinel = new Redis({
      ...options,
      host,
      port,
      protocol: 2,
      enableReadyCheck: false,
      autoResubscribe: false,
    });
    sentinel.on('error', () => {});
    sentinel.on('ready', () => sentinel.subscribe(channel).catch(() => {}));
    sentinel.on('message', (_channel: string, text: string) => {
      // `<primary name> <old ip> <old port> <new ip> <new port>` (Sentinel manual, "Pub/sub messages")
      if (text.startsWith(`${primaryName} `)) onSwitch();
    });
    return sentinel;
  });
  return {
    close() {
      for (const sentinel of listeners) sentinel.disconnect();
    },
  };
}
