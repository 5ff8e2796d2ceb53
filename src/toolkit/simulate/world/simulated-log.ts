import type { OrderId } from '../../../engine/domain/ids.ts';
import type { LogAppend, LogEntry, OrderLog } from '../../../engine/ports/order-log.ts';
import type { RecordCodec } from '../../../engine/ports/record-codec.ts';
import { type Actor, createActor } from './actor.ts';
import { type ConsumerGroup, createConsumerGroup } from './consumer-group.ts';
import { LogPartition, type Stored } from './log-partition.ts';
import { type LogUser, logPortOf } from './log-port.ts';
import type { Network } from './network.ts';
import type { Scheduler } from './scheduler.ts';
import type { Chance } from './world-parts.ts';

/**
 * As in the real logs `by_append`: all records of an append in one partition, another each time, so that copies of an order
 * part. `by_order`: each record by its id; no log of ours does so, but its port allows it, and copies then stay together.
 */
export type Placing = 'by_append' | 'by_order';

/** The order log of a world: partitions with replicas, an acknowledgement once all have it, and groups of consumers. */
export interface SimulatedLog {
  readonly actor: Actor;
  readonly partitions: number;
  /** The log as one process reaches it. */
  portOf(process: LogUser): OrderLog;
  /** The leaders of all partitions die: what their replicas do not have yet is gone. */
  loseLeaders(): void;
  /** A record that nobody can read. */
  poison(partition: number): void;
  /** Replication takes so much longer from now on. */
  slowReplication(ms: number): void;
  /** All groups give out their partitions anew. */
  rebalance(): void;
  /** All groups lose their last commits. */
  setBack(entries: number): void;
  lagOf(groupId: string, partition: number): number;
  /** To be called where a process was killed, or stands still from now on. */
  missTheSilent(): void;
  /** Whether an order is in the log for good. */
  has(orderId: OrderId): boolean;
  /** What all readers can see, by partition: to be looked at now, as more comes to it. */
  entries(): readonly (readonly LogEntry[])[];
}

/** Until followers in the same data centre have it, or a commit is on its disk: 0.2 to 2 ms. */
const durableMs = (chance: Chance) => 0.2 + chance.fraction() * 1.8;
/** The beginning of a JSON object that never ends. */
const unreadable = [0x7b, 0x22, 0x76, 0x22, 0x3a] as const;

export function createSimulatedLog(use: {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly chance: Chance;
  readonly codec: RecordCodec;
  readonly partitions: number;
  readonly placing: Placing;
}): SimulatedLog {
  const { scheduler, network, chance, codec } = use;
  const actor = createActor('log', scheduler);
  const groups = new Map<string, ConsumerGroup>();
  let slowerMs = 0;

  const replicationMs = () => durableMs(chance) + slowerMs * chance.fraction();
  const replicated = () => {
    for (const group of groups.values()) group.wake();
  };
  const partitions: readonly LogPartition[] = Array.from(
    { length: use.partitions },
    (_, index) => new LogPartition(index, { scheduler, codec, replicationMs, replicated }),
  );
  const partitionAt = (index: number): LogPartition => {
    const partition = partitions[index];
    if (partition === undefined) throw new RangeError(`the log has no partition ${index}`);
    return partition;
  };
  const groupOf = (groupId: string): ConsumerGroup => {
    const known = groups.get(groupId) ?? createConsumerGroup(scheduler, use.partitions);
    groups.set(groupId, known);
    return known;
  };
  const append = appendTo(partitionAt, use);

  return {
    actor,
    partitions: use.partitions,
    portOf: (user) => logPortOf(user, { actor, network, partitions, partitionAt, groupOf, append }),
    rebalance() {
      for (const group of groups.values()) group.rebalance();
    },
    setBack(entries) {
      for (const group of groups.values()) group.setBack(entries);
    },
    lagOf: (groupId, partition) => partitionAt(partition).end - groupOf(groupId).committed(partition),
    missTheSilent() {
      for (const group of groups.values()) group.missTheSilent();
    },
    loseLeaders() {
      for (const partition of partitions) partition.loseLeader();
    },
    poison(index) {
      const bytes = new Uint8Array([...unreadable, index]);
      void partitionAt(index % use.partitions).write([{ kind: 'order', orderId: '' as OrderId, bytes }]);
    },
    slowReplication(ms) {
      slowerMs = ms;
    },
    has: (orderId) => partitions.some((partition) => partition.has(orderId)),
    entries: () => partitions.map((partition) => partition.entries()),
  };
}

/** Gives each record its partition; resolves with whether all of them are on all replicas. */
function appendTo(
  partitionAt: (index: number) => LogPartition,
  { partitions, placing }: { readonly partitions: number; readonly placing: Placing },
): (records: readonly LogAppend[]) => Promise<boolean> {
  let appends = 0;
  return async (records) => {
    appends += 1;
    const byPartition = new Map<number, Stored[]>();
    for (const { orderId, bytes } of records) {
      const index = placing === 'by_order' ? Number.parseInt(orderId.slice(-8), 16) % partitions : appends % partitions;
      const stored = byPartition.get(index) ?? [];
      byPartition.set(index, stored);
      stored.push({ kind: 'order', orderId, bytes });
    }
    const written = await Promise.all([...byPartition].map(([index, stored]) => partitionAt(index).write(stored)));
    return written.every(Boolean);
  };
}
