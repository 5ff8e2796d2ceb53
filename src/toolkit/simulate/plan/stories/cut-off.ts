import { ledgerJumpsMs } from '../draw-faults.ts';
import { oneWith, type Story, type StoryUse } from '../story.ts';

/** It comes early, so that some of the crowd is left where a rebuild has come to its end. */
const latestMs = 800;

/**
 * The bad night of every fleet: one server is cut off from the ledger and stays with an old gate that lives on, while all others
 * go over to a replica; its way to the log may be slow, too. It lasts until others have rebuilt: what leases, deadlines and
 * markers are for shows then and not before. Meanwhile somebody may set the clock of the database.
 */
export function cutOff(use: StoryUse): Pick<Story, 'faults'> {
  const { chance, among } = use;
  const { name: process } = oneWith('serve', use);
  const atMs = chance.between(0, latestMs);
  const forMs = among(1_800, 3_500, 4_500);
  const cut = { atMs, forMs, process, kind: 'network', percent: 100 } as const;
  const trouble = { kind: among<'refused' | 'silent' | 'answer_lost'>('refused', 'silent', 'answer_lost') };
  const jump = {
    kind: 'ledger_clock_jump',
    atMs: atMs + chance.between(0, forMs),
    ms: among(...ledgerJumpsMs),
  } as const;
  const slow = { ...cut, link: 'log', percent: 50, trouble: { kind: 'late', ms: among(900, 4_000) } } as const;
  return {
    faults: [
      { atMs, kind: 'gate_failover', staleMs: among(0, 5, 80), stay: [process], forMs },
      { ...cut, link: 'renew', trouble },
      { ...cut, link: 'ledger', trouble },
      ...(chance.between(0, 1) === 0 ? [] : [slow]),
      ...(chance.between(0, 2) === 0 ? [jump] : []),
    ],
  };
}
