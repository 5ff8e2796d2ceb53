import { drawLoss, type Story, type StoryUse } from '../story.ts';

/** Until another takes over from a leader that stands still (flows/controller.ts). */
const leaseMs = 3_000;

/**
 * Whoever makes a lost gate anew stands still in the middle of it, for longer than his lease. He wakes while another does the
 * same, or has just done it: for some milliseconds two of them believe.
 */
export function leaderWakes(use: StoryUse): Pick<Story, 'faults'> {
  const { waitMs, chance } = use;
  const atMs = chance.between(0, 600);
  return {
    faults: [
      drawLoss(atMs, use),
      { atMs: atMs + chance.between(0, 1_500), kind: 'pause_leader', forMs: leaseMs + chance.between(0, waitMs) },
    ],
  };
}
