import { drawLoss, type Story, type StoryUse } from '../story.ts';

/** The gate is lost again while it is being made anew, or has just been opened. */
export function lostTwice(use: StoryUse): Pick<Story, 'faults'> {
  const atMs = use.chance.between(0, 1_000);
  return { faults: [drawLoss(atMs, use), drawLoss(atMs + use.chance.between(100, 2_500), use)] };
}
