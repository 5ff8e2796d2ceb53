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
  let up = true;
  let paused = false;
  let life = 1;
  let mailbox: { readonly run: () => void; readonly lost: (() => void) | undefined }[] = [];

  const actor: Actor = {
    name,
    get up() {
      return up;
    },
    get paused() {
      return paused;
    },
    get life() {
      return life;
    },
    deliver(run, lost) {
      if (!up) lost?.();
      else if (paused) mailbox.push({ run, lost });
      else run();
    },
    pause() {
      paused = up;
    },
    resume() {
      paused = false;
      const late = mailbox;
      mailbox = [];
      const meant = life;
      for (const { run, lost } of late) {
        scheduler.at(scheduler.nowMs, () => {
          if (life === meant) actor.deliver(run, lost);
          else lost?.();
        });
      }
    },
    crash() {
      up = false;
      paused = false;
      life += 1;
      const unread = mailbox;
      mailbox = [];
      for (const { lost } of unread) lost?.();
    },
    restart() {
      up = true;
    },
  };
  return actor;
}
