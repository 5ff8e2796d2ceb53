import type { CancelSignal } from '../../../engine/ports/clock.ts';
import type { LogBatch } from '../../../engine/ports/order-log.ts';
import type { Actor } from './actor.ts';
import type { ConsumerGroup, Member } from './consumer-group.ts';
import type { LogPartition } from './log-partition.ts';
import type { ProcessClock } from './process-clock.ts';

/** As the Kafka reader does it with a batch that its handler refused. */
const retryPauseMs = 100;

/** One reader of a group: whose it is, what it reads, and how it asks the log. */
export interface ReaderUse {
  readonly actor: Actor;
  readonly clock: ProcessClock;
  readonly group: ConsumerGroup;
  partitionAt(index: number): LogPartition;
  ask<Value>(what: string, effect: () => Promise<Value>): Promise<Value>;
  onBatch(batch: LogBatch): Promise<void>;
}

/** Reads as a member of the group, whichever partitions it is given, until the signal aborts. */
export async function readAsMember(use: ReaderUse, signal: CancelSignal): Promise<void> {
  const { actor, clock, group, partitionAt } = use;
  let member = group.join(actor);
  try {
    while (!signal.aborted) {
      if (!group.has(member)) member = group.join(actor);
      const ready = member.assigned().filter((index) => member.positionOf(index) < partitionAt(index).end);
      // what it was given when it began the round: a reader hears late that it was thrown out
      for (const index of ready) {
        if (signal.aborted) break;
        await readOne(use, member, index).catch(() => clock.sleep(retryPauseMs, signal));
      }
      if (ready.length === 0) await bellOf(actor, group, signal);
    }
  } finally {
    group.leave(member);
  }
}

/** One batch of a partition: fetched, handled, its offset committed where the partition is still this member's. */
async function readOne({ ask, partitionAt, onBatch }: ReaderUse, member: Member, index: number): Promise<void> {
  const generation = member.generation();
  const from = member.positionOf(index);
  const batch = await ask(`fetch ${index}`, async () => partitionAt(index).batchFrom(from));
  if (batch.entries.length === 0 || member.generation() !== generation) return;
  await onBatch(batch);
  const next = Number(batch.nextOffset);
  member.moveTo(index, next, generation);
  await ask(`commit ${index} at ${next}`, async () => member.commit(index, next, generation));
}

/** Until there is something new to read or another assignment, or the signal aborts: a fetch that waits at the broker. */
function bellOf(actor: Actor, group: ConsumerGroup, signal: CancelSignal): Promise<void> {
  return new Promise((resolve) => {
    const { life } = actor;
    let isOver = false;
    const ring = () => {
      if (isOver || actor.life !== life) return;
      isOver = true;
      signal.removeEventListener('abort', ring);
      actor.deliver(resolve);
    };
    group.onWake(ring);
    signal.addEventListener('abort', ring, { once: true });
  });
}
