import type { Feed } from './feed.ts';
import { pause } from './pause.ts';
import { type Scene, sceneOf } from './scene.ts';
import { firstUi } from './ui.ts';

/** A line a second is what a log takes. */
const everyMs = 1_000;

/** Tells the scene once a second until the signal: for whom there is no terminal. A recording is told without waiting, to its end. */
export async function watchPlainly(
  feed: Feed,
  saleId: string | null,
  tell: (scene: Scene) => void,
  signal: AbortSignal,
): Promise<void> {
  const look = () => sceneOf(feed.state, { ...firstUi, saleId }, feed.nowMs);
  tell(look());
  while (!signal.aborted) {
    if (feed.tape === null) await pause(everyMs, signal);
    else {
      const before = feed.nowMs;
      feed.tape.seek(everyMs);
      if (feed.nowMs === before) return;
    }
    if (!signal.aborted) tell(look());
  }
}
