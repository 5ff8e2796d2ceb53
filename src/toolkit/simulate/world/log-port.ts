import { FluxError } from '../../../engine/domain/flux-error.ts';
import { type LogAppend, type OrderLog, orderLogLimits } from '../../../engine/ports/order-log.ts';
import type { Actor } from './actor.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import type { LogPartition } from './log-partition.ts';
import { readAsMember } from './log-reader.ts';
import { logUnreachable, type Network } from './network.ts';
import type { ProcessClock } from './process-clock.ts';
import type { Chance } from './world-parts.ts';

/** A process that uses the log. */
export interface LogUser {
  readonly actor: Actor;
  readonly chance: Chance;
  readonly clock: ProcessClock;
}

/** The log at the other end of the network. */
export interface LogService {
  readonly actor: Actor;
  readonly network: Network;
  readonly partitions: readonly LogPartition[];
  partitionAt(index: number): LogPartition;
  groupOf(groupId: string): ConsumerGroup;
  /** Resolves with whether all of them are on all replicas. */
  append(records: readonly LogAppend[]): Promise<boolean>;
}

/** Of everything but an append, which has the deadline of its order. */
const callTimeoutMs = 2_000;

/** The log as one process reaches it. */
export function logPortOf(user: LogUser, log: LogService): OrderLog {
  const { partitions, partitionAt, groupOf } = log;
  const askFor = <Value>(
    timeoutMs: number,
    what: string,
    effect: () => Promise<Value>,
    about: readonly unknown[] = [],
  ): Promise<Value> =>
    log.network.call({
      from: user.actor,
      to: log.actor,
      link: 'log',
      what,
      chance: user.chance,
      timeoutMs,
      effect,
      about: () => about,
      unreachable: logUnreachable,
    });
  const ask = <Value>(what: string, effect: () => Promise<Value>) => askFor(callTimeoutMs, what, effect);

  return {
    partitions: partitions.length,
    async append(records, timeoutMs) {
      if (records.length > orderLogLimits.append)
        throw new FluxError('fault', `An append has ${records.length} records, more than ${orderLogLimits.append}`);
      try {
        const isThere = await askFor(timeoutMs, `append ${records.length}`, () => log.append(records), records);
        return isThere ? { kind: 'appended' } : { kind: 'unknown', cause: new Error('the leader was lost') };
      } catch (cause) {
        return { kind: 'unknown', cause };
      }
    },
    async mark(marker) {
      const written = await Promise.all(
        partitions.map((partition, index) =>
          ask(`marker ${marker.epoch} to ${index}`, () => partition.write([{ kind: 'marker', marker }])),
        ),
      );
      if (!written.every(Boolean)) throw logUnreachable('the leader was lost');
    },
    read: (groupId, onBatch, signal) =>
      readAsMember({ ...user, group: groupOf(groupId), partitionAt, ask, onBatch }, signal),
    lag: (groupId) =>
      ask('lag', async () =>
        partitions.map(({ end }, partition) => {
          const committed = groupOf(groupId).committed(partition);
          return { partition, end: BigInt(end), committed: BigInt(committed), lag: BigInt(end - committed) };
        }),
      ),
    async *scan() {
      for (const partition of partitions) {
        const { end } = partition;
        for (let from = 0; from < end; from += orderLogLimits.batch) yield partition.batchFrom(from);
      }
    },
  };
}
