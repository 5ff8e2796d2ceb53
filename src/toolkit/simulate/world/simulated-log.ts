import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { OrderId } from '../../../engine/domain/ids.ts';
import type { RecordBytes } from '../../../engine/domain/order.ts';
import type { CancelSignal } from '../../../engine/ports/clock.ts';
import {
  type EpochMarker,
  type LogAppend,
  type LogBatch,
  type LogEntry,
  type OrderLog,
  orderLogLimits,
} from '../../../engine/ports/order-log.ts';
import type { RecordCodec } from '../../../engine/ports/record-codec.ts';
import { type Actor, createActor } from './actor.ts';
import { type ConsumerGroup, createConsumerGroup, type Member } from './consumer-group.ts';
import { logUnreachable, type Network } from './network.ts';
import type { ProcessClock } from './process-clock.ts';
import type { Scheduler } from './scheduler.ts';
import type { Chance } from './world-parts.ts';

/**
 * As in the real logs `by_append`: all records of an append in one partition, another each time, so that copies of an order
 * part. `by_order`: each record by its id; no log of ours does so, but its port allows it, and copies then stay together.
 */
export type Placing = 'by_append' | 'by_order';

type Stored =
  | { readonly kind: 'order'; readonly orderId: OrderId; readonly bytes: RecordBytes }
  | { readonly kind: 'marker'; readonly marker: EpochMarker };

interface Partition {
  readonly entries: Stored[];
  /** What `entries` say, decoded once. */
  readonly read: LogEntry[];
  /** The high watermark: what stands below is on all replicas, and nobody reads above. */
  replicated: number;
  /** Raised by each loss of a leader. */
  leader: number;
}

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
  /** What of an order is in the log for good: partition and offset of each copy. */
  copiesOf(orderId: OrderId): readonly { readonly partition: number; readonly offset: number }[];
  /** What all readers can see. */
  entries(partition: number): readonly LogEntry[];
}

export interface LogUser {
  readonly actor: Actor;
  readonly chance: Chance;
  readonly clock: ProcessClock;
}

const fetchTimeoutMs = 2_000;
/** Until followers in the same data centre have it, or a commit is on its disk: 0.2 to 2 ms. */
const durableMs = (chance: Chance) => 0.2 + chance.fraction() * 1.8;
/** As the Kafka reader does it with a batch that its handler refused. */
const retryPauseMs = 100;

export function createSimulatedLog(use: {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly chance: Chance;
  readonly codec: RecordCodec;
  readonly partitions: number;
  readonly placing: Placing;
}): SimulatedLog {
  const { scheduler, network, chance } = use;
  const actor = createActor('log', scheduler);
  const partitions: readonly Partition[] = Array.from({ length: use.partitions }, () => ({
    entries: [],
    read: [],
    replicated: 0,
    leader: 1,
  }));
  const groups = new Map<string, ConsumerGroup>();
  let appends = 0;
  let slowerMs = 0;

  const partitionAt = (index: number): Partition => {
    const partition = partitions[index];
    if (partition === undefined) throw new RangeError(`the log has no partition ${index}`);
    return partition;
  };
  const groupOf = (groupId: string): ConsumerGroup => {
    const known = groups.get(groupId) ?? createConsumerGroup(scheduler, use.partitions);
    groups.set(groupId, known);
    return known;
  };

  /** Resolves with whether all of it is on all replicas; false where its leader was lost first. */
  function write(index: number, stored: readonly Stored[]): Promise<boolean> {
    const partition = partitionAt(index);
    const { leader } = partition;
    partition.entries.push(...stored);
    const end = partition.entries.length;
    const ms = durableMs(chance) + slowerMs * chance.fraction();
    return new Promise((resolve) => {
      scheduler.at(scheduler.nowMs + ms, () => {
        if (partition.leader !== leader) return resolve(false);
        partition.replicated = Math.max(partition.replicated, end);
        for (const group of groups.values()) group.wake();
        resolve(true);
      });
    });
  }

  async function append(records: readonly LogAppend[]): Promise<boolean> {
    appends += 1;
    const byPartition = new Map<number, Stored[]>();
    for (const { orderId, bytes } of records) {
      const index =
        use.placing === 'by_order' ? Number.parseInt(orderId.slice(-8), 16) % use.partitions : appends % use.partitions;
      const stored = byPartition.get(index) ?? [];
      byPartition.set(index, stored);
      stored.push({ kind: 'order', orderId, bytes });
    }
    const written = await Promise.all([...byPartition].map(([index, stored]) => write(index, stored)));
    return written.every(Boolean);
  }

  function entryAt(partition: number, offset: number): LogEntry {
    const { read } = partitionAt(partition);
    const entry = read[offset] ?? decoded(partition, offset);
    read[offset] = entry;
    return entry;
  }

  function decoded(partition: number, offset: number): LogEntry {
    const stored = partitionAt(partition).entries[offset];
    if (stored === undefined) throw new RangeError(`partition ${partition} has no offset ${offset}`);
    if (stored.kind === 'marker') return { kind: 'marker', offset: BigInt(offset), marker: stored.marker };
    const { orderId, bytes } = stored;
    try {
      return { kind: 'order', offset: BigInt(offset), record: use.codec.decode(bytes), bytes };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return {
        kind: 'malformed',
        offset: BigInt(offset),
        orderId: use.codec.orderIdIn(bytes) ?? (orderId || null),
        bytes,
        reason,
      };
    }
  }

  function batchFrom(partition: number, from: number): LogBatch {
    const end = Math.min(partitionAt(partition).replicated, from + orderLogLimits.batch);
    const entries = Array.from({ length: Math.max(0, end - from) }, (_, nth) => entryAt(partition, from + nth));
    return { partition, entries, nextOffset: BigInt(Math.max(from, end)) };
  }

  function portOf(user: LogUser): OrderLog {
    const ask = <Value>(
      what: string,
      timeoutMs: number,
      effect: () => Promise<Value>,
      about: readonly unknown[] = [],
    ) =>
      network.call({
        ...{ from: user.actor, to: actor, link: 'log', what, chance: user.chance, timeoutMs, effect },
        about: () => about,
        unreachable: logUnreachable,
      });

    /** One batch of a partition: fetched, handled, its offset committed where the partition is still this member's. */
    async function readOne(member: Member, index: number, onBatch: (batch: LogBatch) => Promise<void>): Promise<void> {
      const { generation } = member;
      const from = member.positionOf(index);
      const batch = await ask(`fetch ${index}`, fetchTimeoutMs, async () => batchFrom(index, from));
      if (batch.entries.length === 0 || member.generation !== generation) return;
      await onBatch(batch);
      member.moveTo(index, Number(batch.nextOffset), generation);
      await ask(`commit ${index} at ${batch.nextOffset}`, fetchTimeoutMs, async () =>
        member.commit(index, Number(batch.nextOffset), generation),
      );
    }

    return {
      partitions: use.partitions,
      async append(records, timeoutMs) {
        if (records.length > orderLogLimits.append)
          throw new FluxError('fault', `An append has ${records.length} records, more than ${orderLogLimits.append}`);
        try {
          const isThere = await ask(`append ${records.length}`, timeoutMs, () => append(records), records);
          return isThere ? { kind: 'appended' } : { kind: 'unknown', cause: new Error('the leader was lost') };
        } catch (cause) {
          return { kind: 'unknown', cause };
        }
      },
      async mark(marker) {
        const written = await Promise.all(
          partitions.map((_, index) =>
            ask(`marker ${marker.epoch} to ${index}`, fetchTimeoutMs, () => write(index, [{ kind: 'marker', marker }])),
          ),
        );
        if (!written.every(Boolean)) throw logUnreachable('the leader was lost');
      },
      async read(groupId, onBatch, signal) {
        const group = groupOf(groupId);
        let member = group.join(user.actor);
        try {
          while (!signal.aborted) {
            if (!group.has(member)) member = group.join(user.actor);
            const ready = member.assigned().filter((index) => member.positionOf(index) < partitionAt(index).replicated);
            // what it was given when it began the round: a reader hears late that it was thrown out
            for (const index of ready) {
              if (signal.aborted) break;
              await readOne(member, index, onBatch).catch(() => user.clock.sleep(retryPauseMs, signal));
            }
            if (ready.length === 0) await bellOf(user, group, signal);
          }
        } finally {
          group.leave(member);
        }
      },
      lag: (groupId) =>
        ask('lag', fetchTimeoutMs, async () =>
          partitions.map(({ replicated }, partition) => {
            const committed = groupOf(groupId).committed(partition);
            return {
              partition,
              end: BigInt(replicated),
              committed: BigInt(committed),
              lag: BigInt(replicated - committed),
            };
          }),
        ),
      async *scan() {
        for (const [partition, { replicated }] of partitions.entries()) {
          for (let from = 0; from < replicated; from += orderLogLimits.batch) yield batchFrom(partition, from);
        }
      },
    };
  }

  return {
    actor,
    partitions: use.partitions,
    portOf,
    rebalance() {
      for (const group of groups.values()) group.rebalance();
    },
    setBack(entries) {
      for (const group of groups.values()) group.setBack(entries);
    },
    lagOf: (groupId, partition) => partitionAt(partition).replicated - groupOf(groupId).committed(partition),
    missTheSilent() {
      for (const group of groups.values()) group.missTheSilent();
    },
    loseLeaders() {
      for (const partition of partitions) {
        partition.leader += 1;
        partition.entries.length = partition.replicated;
        partition.read.length = Math.min(partition.read.length, partition.replicated);
      }
    },
    poison(index) {
      const bytes = new Uint8Array([0x7b, 0x22, 0x76, 0x22, 0x3a, index]);
      void write(index % use.partitions, [{ kind: 'order', orderId: '' as OrderId, bytes }]);
    },
    slowReplication(ms) {
      slowerMs = ms;
    },
    copiesOf: (orderId) =>
      partitions.flatMap(({ entries, replicated }, partition) =>
        entries
          .slice(0, replicated)
          .flatMap((entry, offset) =>
            entry.kind === 'order' && entry.orderId === orderId ? [{ partition, offset }] : [],
          ),
      ),
    entries: (partition) =>
      Array.from({ length: partitionAt(partition).replicated }, (_, offset) => entryAt(partition, offset)),
  };
}

/** Until there is something new to read or another assignment, or the signal aborts: a fetch that waits at the broker. */
function bellOf(user: LogUser, group: ConsumerGroup, signal: CancelSignal): Promise<void> {
  return new Promise((resolve) => {
    const { life } = user.actor;
    let isOver = false;
    const ring = () => {
      if (isOver || user.actor.life !== life) return;
      isOver = true;
      signal.removeEventListener('abort', ring);
      user.actor.deliver(resolve);
    };
    group.onWake(ring);
    signal.addEventListener('abort', ring, { once: true });
  });
}
