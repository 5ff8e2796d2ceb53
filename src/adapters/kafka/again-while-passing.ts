import type { Clock } from '../../engine/ports/clock.ts';
import { isPassing } from './kafka-fault.ts';

/**
 * Six tries with 3.1 s of pauses: longer than a cluster takes for a planned change of leaders. A broker that was killed is
 * missed after 9 s (broker.session.timeout.ms), so whoever asks has to ask again in any case.
 */
const pausesMs: readonly number[] = [100, 200, 400, 800, 1_600];

/** Runs `work`, which must be safe to repeat, until it succeeds, throws what `passes` does not say will pass, or the tries are used up. */
export async function againWhilePassing<Result>(
  clock: Clock,
  work: () => Promise<Result>,
  passes: (error: unknown) => boolean = isPassing,
): Promise<Result> {
  for (const pauseMs of pausesMs) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error)) throw error;
    }
    await clock.sleep(pauseMs);
  }
  return work();
}
