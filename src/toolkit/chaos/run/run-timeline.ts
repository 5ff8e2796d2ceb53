import { setTimeout as sleep } from 'node:timers/promises';
import type { TimedFault } from '../experiment/experiment.ts';
import type { ChaosSystem } from '../system/chaos-system.ts';
import type { FaultBook } from './fault-book.ts';
import { resolveTarget } from './resolve-target.ts';

/** Injects each fault at its time and undoes it at its end. Resolves after the last undo; ends early with the signal. */
export async function runTimeline(use: {
  readonly faults: readonly TimedFault[];
  readonly system: ChaosSystem;
  readonly book: FaultBook;
  readonly chance: () => number;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  /** Told of a fault that has no target: nobody controls at this moment. */
  readonly onMissing: (why: string) => void;
}): Promise<void> {
  const { book, signal, nowMs } = use;
  const until = async (atMs: number): Promise<boolean> => {
    const restMs = atMs - nowMs();
    if (restMs > 0) await sleep(restMs, undefined, { signal }).catch(() => {});
    return !signal.aborted;
  };
  await Promise.all(
    use.faults.map(async (timed) => {
      if (!(await until(timed.atMs))) return;
      const targets = await resolveTarget(timed.target, timed.fault, use.system, use.chance).catch((error: Error) => {
        use.onMissing(error.message);
        return [];
      });
      await Promise.all(
        targets.map(async (target) => {
          const booked = await book.inject(timed, target);
          if (booked === null) return;
          // from its plan: a fault that took long to take effect does not move what comes after it
          await until(timed.atMs + (timed.forMs ?? 0));
          await book.undo(booked.id);
        }),
      );
    }),
  );
}
