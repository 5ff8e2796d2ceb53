import type { Actor } from './actor.ts';
import type { Scheduler } from './scheduler.ts';

/** One reader of a group. What it reads follows its own position, until the group gives out its partitions anew. */
export interface Member {
  /** Changes with each assignment: what an older one began may be handled to its end, and is not committed. */
  generation(): number;
  assigned(): readonly number[];
  positionOf(partition: number): number;
  moveTo(partition: number, offset: number, generation: number): void;
  /** Does nothing where the partition is not this member's any more. */
  commit(partition: number, offset: number, generation: number): void;
}

/** Who of a group reads what, and how far the group has got. */
export interface ConsumerGroup {
  join(actor: Actor): Member;
  leave(member: Member): void;
  /** False once it was missed: it has to join again. */
  has(member: Member): boolean;
  /** Gives out all partitions anew, from what is committed, turned by one place. */
  rebalance(): void;
  /** Commits are lost: the group goes on from so many entries before. */
  setBack(entries: number): void;
  committed(partition: number): number;
  /**
   * Somebody may have died or stands still: whoever is dead or still silent when his session is over loses his partitions. One
   * that wakes later finishes the batch in his hands, and nothing of it is committed.
   */
  missTheSilent(): void;
  /** Wakes all that wait for something new. */
  wake(): void;
  /** Once. */
  onWake(ring: () => void): void;
}

/** A member that has gone is missed after so long: the session's timeout of a consumer group, shortened as all else here. */
const sessionMs = 800;
/** A wake is a message, too. */
const wakeMs = 0.3;

export function createConsumerGroup(scheduler: Scheduler, partitions: number): ConsumerGroup {
  interface Joined {
    readonly actor: Actor;
    readonly life: number;
    readonly member: Member;
    readonly positions: Map<number, number>;
  }
  const offsets = Array.from({ length: partitions }, () => 0);
  let joined: Joined[] = [];
  let owners: (Joined | undefined)[] = [];
  let generation = 0;
  let turn = 0;
  let bells: (() => void)[] = [];

  function wake(): void {
    if (bells.length === 0) return;
    const rung = bells;
    bells = [];
    scheduler.at(scheduler.nowMs + wakeMs, () => {
      for (const ring of rung) ring();
    });
  }

  function assign(): void {
    generation += 1;
    owners = offsets.map((_, partition) =>
      joined.length === 0 ? undefined : joined[(partition + turn) % joined.length],
    );
    for (const each of joined) each.positions.clear();
    wake();
  }

  function isGone({ actor, life }: Joined): boolean {
    return !actor.up || actor.life !== life;
  }

  function missTheSilent(): void {
    scheduler.at(scheduler.nowMs + sessionMs, () => {
      const present = joined.filter((each) => !isGone(each) && !each.actor.paused);
      if (present.length === joined.length) return;
      joined = present;
      assign();
    });
  }

  return {
    join(actor) {
      const positions = new Map<number, number>();
      const member: Member = {
        generation: () => generation,
        assigned: () => owners.flatMap((owner, partition) => (owner?.member === member ? [partition] : [])),
        positionOf: (partition) => positions.get(partition) ?? offsets[partition] ?? 0,
        moveTo(partition, offset, meant) {
          if (meant === generation) positions.set(partition, offset);
        },
        commit(partition, offset, meant) {
          if (meant === generation && owners[partition]?.member === member) offsets[partition] = offset;
        },
      };
      joined.push({ actor, life: actor.life, member, positions });
      assign();
      return member;
    },
    leave(member) {
      if (!joined.some((each) => each.member === member)) return;
      joined = joined.filter((each) => each.member !== member);
      assign();
    },
    has: (member) => joined.some((each) => each.member === member),
    rebalance() {
      turn += 1;
      joined = joined.filter((each) => !isGone(each));
      assign();
    },
    setBack(entries) {
      for (const [partition, offset] of offsets.entries()) offsets[partition] = Math.max(0, offset - entries);
      assign();
    },
    missTheSilent,
    committed: (partition) => offsets[partition] ?? 0,
    wake,
    onWake: (ring) => void bells.push(ring),
  };
}
