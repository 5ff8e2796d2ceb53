import { drawLoss, oneWith, type Story, type StoryUse } from '../story.ts';

/**
 * What a rebuild asks of the gate is late. Its controller gives up and makes another epoch; what he had asked arrives while that
 * one is loaded, or long open: as from a second controller who believes in the epoch before.
 */
export function slowRebuild(use: StoryUse): Pick<Story, 'faults'> {
  const { waitMs, chance, among } = use;
  const lostMs = chance.between(0, 600);
  const atMs = lostMs + chance.between(300, waitMs);
  const process = oneWith('control', use).name;
  const trouble = { kind: 'late', ms: among(2_000, 4_000) } as const;
  return {
    faults: [
      drawLoss(lostMs, use),
      { atMs, kind: 'network', process, link: 'gate', trouble, percent: among(50, 100), forMs: among(300, 900) },
    ],
  };
}
