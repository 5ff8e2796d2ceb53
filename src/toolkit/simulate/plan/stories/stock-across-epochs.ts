import type { FaultPlan, OperatorPlan } from '../plan.ts';
import { drawLoss, oneWith, type Story, type StoryUse } from '../story.ts';

/** Until a wish has come to its server, and from there to the ledger. */
const askedMs = 2;

/**
 * An operator lowers a total, and the gate is lost while that is under way: the server that carries it out hears late from the
 * ledger, or stands still between gate and ledger. What the lost gate had answered means nothing to the next one.
 */
export function stockAcrossEpochs(use: StoryUse): Pick<Story, 'faults' | 'operators'> {
  const { processes, units, waitMs, chance, among } = use;
  const { name: process } = oneWith('serve', use);
  const server = processes.filter(({ roles }) => roles.includes('serve')).findIndex(({ name }) => name === process);
  const atMs = chance.between(0, 300);
  const lostMs = atMs + chance.between(10, 200);
  const wish: OperatorPlan = { atMs, server, kind: 'add_stock', product: 0, by: -Math.ceil(units / among(8, 4, 2)) };
  // the ledger has written the wish down, and hears late that the gate has carried it out
  const slow: FaultPlan = {
    ...{ atMs: atMs + askedMs, kind: 'network', process, link: 'ledger', percent: 100, forMs: 300 },
    trouble: { kind: 'late', ms: among(2_000, 4_000) },
  };
  const far: FaultPlan = {
    ...{ atMs, kind: 'network', process, link: 'gate', trouble: { kind: 'late', ms: 60 }, percent: 100, forMs: 300 },
  };
  const stands: FaultPlan = {
    ...{ atMs: atMs + chance.between(10, 100), kind: 'pause', process, forMs: waitMs + chance.between(-400, 400) },
  };
  const late = among<readonly FaultPlan[]>([slow], [slow], [far, stands]);
  return { operators: [wish], faults: [...late, drawLoss(lostMs, use)] };
}
