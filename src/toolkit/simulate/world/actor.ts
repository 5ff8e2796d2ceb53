import type { Scheduler } from './scheduler.ts';

/** Anything in a world that can die, stand still and go on: a process, a gate, the ledger, the order log. */
export interface Actor {
  readonly name: string;
  /** False from a crash to the restart: whatever reaches it meanwhile is refused. */
  readonly up: boolean;
  readonly paused: boolean;
  /** Counts its lives: what one life began no other finishes. */
  readonly life: number;
  /**
   * Runs it here and now, or once the actor goes on where it stands still. Never where the life that it was meant for is over:
   * then `lost`, as a kernel closes the connections of a dead process.
   */
  deliver(run: () => void, lost?: () => void): void;
  pause(): void;
  resume(): void;
  crash(): void;
  restart(): void;
}

export function createActor(name: string, scheduler: Scheduler): Actor {
  let mailbox: { readonly run: () => void; readonly lost: (() => void) | undefined }[] = [];

  // Plain fields: what has a getter in a literal keeps its world from being garbage (simulation.md).
  const actor = {
    name,
    up: true,
    paused: false,
    life: 1,
    deliver(run: () => void, lost?: () => void) {
      if (!actor.up) lost?.();
      else if (actor.paused) mailbox.push({ run, lost });
      else run();
    },
    pause() {
      actor.paused = actor.up;
    },
    resume() {
      actor.paused = false;
      const late = mailbox;
      mailbox = [];
      const meant = actor.life;
      for (const { run, lost } of late) {
        scheduler.at(scheduler.nowMs, () => {
          if (actor.life === meant) actor.deliver(run, lost);
          else lost?.();
        });
      }
    },
    crash() {
      actor.up = false;
      actor.paused = false;
      actor.life += 1;
      const unread = mailbox;
      mailbox = [];
      for (const { lost } of unread) lost?.();
    },
    restart() {
      actor.up = true;
    },
  };
  return actor;
}
