import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { RedisAddress, RedisNode } from '../../src/adapters/redis/redis-address.ts';
import { eventually } from './eventually.ts';
import { startTestRedis, type TestRedis } from './redis.ts';
import { freePort, launchRedis, type RedisProcess } from './redis-process.ts';

export const primaryName = 'fluxgate';
/** A primary that is silent for this long is down. Long enough for a restart on a busy machine to be none, mostly. */
const downAfterMs = 1_000;

/** Two Redis, of which one is the primary, and three Sentinels over them. */
export interface TestSentinels {
  readonly address: RedisAddress;
  /** `a` is the primary at first. */
  readonly a: TestRedis;
  readonly b: TestRedis;
  readonly sentinels: readonly { readonly node: RedisNode; readonly pid: number }[];
  /** Who is the primary, as the Sentinels say. */
  primary(): Promise<TestRedis>;
  /** Until all Sentinels say so. */
  untilPrimary(redis: TestRedis): Promise<void>;
  /** Has the Sentinels promote the replica now, and waits until all of them say so. */
  failOver(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestSentinels(settings: Readonly<Record<string, string>> = {}): Promise<TestSentinels> {
  const [a, b] = await Promise.all([startTestRedis('rdb', settings), startTestRedis('rdb', settings)]);
  await b.follow(a.address);
  const folder = mkdtempSync(join(tmpdir(), 'fluxgate-sentinel-'));
  const nodes = await Promise.all([1, 2, 3].map(async () => ({ host: '127.0.0.1', port: await freePort() })));
  const processes: RedisProcess[] = await Promise.all(
    nodes.map((node, n) => {
      const path = join(folder, `${node.port}.conf`);
      writeFileSync(path, sentinelConf(folder, nodes, n, a.address));
      return launchRedis(folder, [path, '--sentinel'], '+monitor');
    }),
  );
  const clients = nodes.map(({ host, port }) => new Redis({ host, port, protocol: 2, enableReadyCheck: false }));
  for (const client of clients) client.on('error', () => {});
  const saying = async (client: Redis): Promise<number> =>
    Number(((await client.call('SENTINEL', 'get-master-addr-by-name', primaryName)) as string[])[1]);
  const [first] = clients;
  if (first === undefined) throw new Error('there are three Sentinels');

  const untilPrimary = (redis: TestRedis) =>
    eventually(
      'all Sentinels say who is the primary',
      async () => (await Promise.all(clients.map(saying))).every((port) => port === redis.address.port),
      30_000,
    );
  const primary = async () => ((await saying(first)) === a.address.port ? a : b);

  await eventually('the Sentinels know the replica', async () => {
    const known = await Promise.all(clients.map((client) => client.call('SENTINEL', 'replicas', primaryName)));
    return known.every((replicas) => (replicas as unknown[]).length === 1);
  });

  return {
    address: { topology: 'sentinel', nodes, primaryName },
    a,
    b,
    sentinels: processes.map(({ pid }, n) => ({ node: nodes[n] ?? a.address, pid })),
    primary,
    untilPrimary,
    async failOver() {
      const other = (await primary()) === a ? b : a;
      // Refused until the Sentinel has looked at the replica, and while another failover is under way.
      const begun = () =>
        first.call('SENTINEL', 'FAILOVER', primaryName).then(
          () => true,
          () => false,
        );
      await eventually('the failover begins', begun);
      await untilPrimary(other);
    },
    async stop() {
      for (const client of clients) client.disconnect();
      await Promise.all(processes.map((each) => each.end('SIGKILL')));
      await Promise.all([a.stop(), b.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The Sentinels know each other from the start: to find each other takes them some seconds. */
function sentinelConf(folder: string, nodes: readonly RedisNode[], self: number, primary: RedisNode): string {
  const idOf = (n: number): string => String(n + 1).repeat(40);
  const others = nodes.flatMap(({ host, port }, n) =>
    n === self ? [] : [`sentinel known-sentinel ${primaryName} ${host} ${port} ${idOf(n)}`],
  );
  return [
    'bind 127.0.0.1',
    `port ${nodes[self]?.port}`,
    `dir ${folder}`,
    `sentinel myid ${idOf(self)}`,
    `sentinel monitor ${primaryName} ${primary.host} ${primary.port} 2`,
    `sentinel down-after-milliseconds ${primaryName} ${downAfterMs}`,
    `sentinel failover-timeout ${primaryName} 2000`,
    ...others,
    '',
  ].join('\n');
}
