import { Redis } from 'ioredis';
import { gateScripts } from '../../src/adapters/redis/gate-scripts.ts';
import { encodeRequests } from '../../src/adapters/redis/hold-message.ts';
import { saleKey } from '../../src/adapters/redis/sale-keys.ts';
import type { Epoch, SaleId } from '../../src/engine/domain/ids.ts';
import { infoFields, redisCommand } from '../../src/toolkit/stack/native/redis-command.ts';
import { readStackFile } from '../../src/toolkit/stack/stack-file.ts';
import { sentinelNames, sentinelPrimaryName } from '../../src/toolkit/stack/stack-shape.ts';
import { anOrder } from '../builders/an-order.ts';
import { configVersion } from '../builders/ids.ts';
import { eventually } from './eventually.ts';
import type { RedisNodeProcess, StackFleet } from './supervised-fleet.ts';

/** Sentinels wait 2 s and a Cluster 4 s until they act, and begin anew where their first attempt meets a busy machine. */
const failoverMs = 60_000;

/** The primary of a sale, once all who decide that agree that it is not `former`, who may be dead or stand still. */
export async function primaryOf(fleet: StackFleet, saleId: SaleId, former?: RedisNodeProcess) {
  let found: RedisNodeProcess | undefined;
  await eventually(
    'another Redis is primary',
    async () => {
      const ports = await portsSaid(fleet, saleId, former).catch(() => []);
      found = fleet.redisNodes.find(({ port }) => port === ports[0]);
      return found !== undefined && found !== former && ports.every((port) => port === found?.port);
    },
    failoverMs,
  );
  if (found === undefined) throw new Error('there is a primary');
  return found;
}

/** Where the primary is, as each Sentinel says, or each node of a Cluster other than `former`. */
async function portsSaid(fleet: StackFleet, saleId: SaleId, former: RedisNodeProcess | undefined) {
  const services = readStackFile(fleet.stack.stackDir)?.services ?? [];
  const sentinels = services.filter(({ name }) => sentinelNames.some((one) => one === name));
  if (sentinels.length > 0) {
    const ask = (port: number) => redisCommand(port, 'SENTINEL', 'get-master-addr-by-name', sentinelPrimaryName);
    const said = await Promise.all(sentinels.map(({ port }) => ask(port)));
    return said.map((address) => (Array.isArray(address) ? Number(address[1]) : 0));
  }
  const others = fleet.redisNodes.filter((node) => node !== former);
  return Promise.all(others.map(({ port }) => ownerSaidBy(port, saleId)));
}

async function ownerSaidBy(port: number, saleId: SaleId): Promise<number> {
  const slot = Number(await redisCommand(port, 'CLUSTER', 'KEYSLOT', saleKey(saleId, 'fence')));
  const ranges: unknown = await redisCommand(port, 'CLUSTER', 'SLOTS');
  if (!Array.isArray(ranges)) return 0;
  const range = ranges.find(([from, to]: readonly number[]) => slot >= Number(from) && slot <= Number(to));
  // Each range is `from, to, primary, replicas ...`, and each node `host, port, id, ...` (CLUSTER SLOTS).
  return Number(range?.[2]?.[1] ?? 0);
}

/** Waits until that Redis follows another one and has its data. */
export async function untilReplica({ port }: RedisNodeProcess): Promise<void> {
  const isLinked = async () => {
    const info = infoFields(await redisCommand(port, 'INFO', 'replication'));
    return info.get('role') === 'slave' && info.get('master_link_status') === 'up';
  };
  await eventually('the former primary follows', () => isLinked().catch(() => false), failoverMs);
}

/** What that very Redis answers to a hold in an epoch: the kind of its reply, or the first word of its refusal. */
export async function holdAt({ port }: RedisNodeProcess, saleId: SaleId, epoch: Epoch): Promise<string> {
  const { text, keys, args } = gateScripts.hold;
  const given: Readonly<Record<(typeof args)[number], string | number | Buffer>> = {
    epoch,
    configVersion: configVersion(1),
    nowMs: Date.now(),
    requests: encodeRequests([anOrder().request]),
  };
  // No client of ours: that one would leave a node of a Cluster for its successor.
  const redis = new Redis({ host: '127.0.0.1', port, protocol: 2 });
  redis.on('error', () => {});
  try {
    const named = keys.map((name) => saleKey(saleId, name));
    const reply: unknown = await redis.callBuffer(
      'EVAL',
      text,
      keys.length,
      ...named,
      ...args.map((name) => given[name]),
    );
    return Array.isArray(reply) ? String(reply[0]) : 'nothing';
  } catch (error) {
    return /^[A-Z]+/.exec(error instanceof Error ? error.message : '')?.[0] ?? String(error);
  } finally {
    redis.disconnect();
  }
}
