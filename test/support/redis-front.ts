import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { RedisNode } from '../../src/adapters/redis/redis-address.ts';

/** An address that stays while the Redis behind it changes: what a service name is in front of a failover. */
export interface RedisFront {
  readonly address: RedisNode;
  /** Cuts every connection; new ones go to this Redis. */
  pointTo(target: RedisNode): void;
  close(): Promise<void>;
}

export async function startRedisFront(first: RedisNode): Promise<RedisFront> {
  let target = first;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target.port, target.host);
    for (const socket of [near, far]) {
      open.add(socket);
      // whatever ends one side ends the other
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    address: { host: '127.0.0.1', port: address.port },
    pointTo(next) {
      target = next;
      cut();
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
