import type { FaultPlan } from '../plan.ts';
import { drawLoss, oneWith, type Story, type StoryUse } from '../story.ts';

/**
 * Appends are slow while the gate is lost, so that some of them reach the log behind the marker of the rebuild: late records.
 * Whoever is to pass that marker may stand still, and the gate may be lost again before he goes on.
 */
export function lateAppends(use: StoryUse): Pick<Story, 'faults'> {
  const { chance, among } = use;
  const atMs = chance.between(0, 1_500);
  const lostMs = atMs + chance.between(0, 300);
  const slow = { kind: 'late', ms: among(900, 4_000) } as const;
  const server = among(null, oneWith('serve', use).name);
  const consumer = oneWith('consume', use).name;
  const stands: FaultPlan = {
    ...{ atMs: lostMs + chance.between(200, 1_200), kind: 'pause', process: consumer, forMs: among(600, 1_800) },
  };
  return {
    faults: [
      {
        ...{ atMs, kind: 'network', process: server, link: 'log', trouble: slow },
        ...{ percent: among(50, 100), forMs: among(150, 600) },
      },
      drawLoss(lostMs, use),
      ...(chance.between(0, 1) === 0 ? [] : [stands]),
      ...(chance.between(0, 1) === 0 ? [] : [drawLoss(lostMs + chance.between(600, 2_500), use)]),
    ],
  };
}
