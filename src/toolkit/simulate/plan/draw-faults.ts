import { links, type Trouble } from '../world/network.ts';
import type { Chance } from '../world/world-parts.ts';
import type { Among } from './among.ts';
import type { FaultKind, FaultPlan, ProcessPlan } from './plan.ts';

export const allFaults: readonly FaultKind[] = [
  // thrice: it has six kinds of trouble on five ways
  ...(['network', 'network', 'network', 'kill', 'deploy', 'pause', 'pause_leader', 'clock_jump'] as const),
  ...(['gate_lose', 'gate_restart', 'gate_down', 'gate_pause', 'gate_failover', 'gate_full'] as const),
  ...(['ledger_down', 'ledger_pause', 'ledger_full', 'log_down', 'log_pause', 'log_leader_lost'] as const),
  ...(['gate_clock_jump', 'ledger_clock_jump', 'snapshot_cut'] as const),
  ...(['rebalance', 'offsets_back', 'slow_disk', 'poison'] as const),
];

/** Up to ten of the kinds that are on; in a quarter of the runs that have any, far more of the network's. */
export function drawFaults(
  kinds: readonly FaultKind[],
  most: number,
  safetyMs: number,
  processes: readonly ProcessPlan[],
  chance: Chance,
  among: Among,
): readonly FaultPlan[] {
  if (kinds.length === 0) return [];
  return Array.from({ length: chance.between(1, most) }, () =>
    drawFault(kinds[chance.between(0, kinds.length - 1)] ?? 'network', safetyMs, processes, chance, among),
  );
}

/** Back by little: ten of them have to be made up for while the world comes to rest. Forward by more than any lease. */
export const ledgerJumpsMs = [-5_000, -900, 900, 30_000] as const;

function drawFault(
  kind: FaultKind,
  safetyMs: number,
  processes: readonly ProcessPlan[],
  chance: Chance,
  among: Among,
): FaultPlan {
  const atMs = chance.between(0, safetyMs - 500);
  const process = processes[chance.between(0, processes.length - 1)]?.name ?? 'p1';
  /** From a blink to longer than a server's lease. */
  const forMs = among(20, 150, 600, 1_800, 3_500);
  switch (kind) {
    case 'network':
      return {
        ...{ atMs, kind, forMs, trouble: drawTrouble(among) },
        process: chance.between(0, 3) === 0 ? null : process,
        link: links[chance.between(0, links.length - 1)] ?? 'gate',
        percent: among(10, 50, 100),
      };
    case 'kill':
    case 'pause':
    case 'deploy':
      return { atMs, kind, process, forMs };
    case 'clock_jump':
      return { atMs, kind, process, ms: among(-30_000, -900, 900, 30_000) };
    case 'snapshot_cut':
      return { atMs, kind, pieces: among(1, 2), forMs };
    case 'gate_clock_jump':
      return { atMs, kind, ms: among(-120_000, -900, 900, 30_000) };
    case 'ledger_clock_jump':
      return { atMs, kind, ms: among(...ledgerJumpsMs) };
    case 'gate_failover': {
      const stay = processes.filter(() => chance.between(0, 2) === 0).map(({ name }) => name);
      return { atMs, kind, staleMs: among(0, 5, 80, 700), stay, forMs };
    }
    case 'offsets_back':
      return { atMs, kind, entries: among(1, 5, 1_000) };
    case 'slow_disk':
      return { atMs, kind, ms: among(20, 400, 2_500), forMs };
    case 'poison':
      return { atMs, kind, partition: chance.between(0, 3) };
    case 'pause_leader':
    case 'gate_down':
    case 'gate_pause':
    case 'gate_full':
    case 'ledger_down':
    case 'ledger_pause':
    case 'ledger_full':
    case 'log_down':
    case 'log_pause':
      return { atMs, kind, forMs };
    default:
      return { atMs, kind };
  }
}

function drawTrouble(among: Among): Trouble {
  const kind = among<Trouble['kind']>('refused', 'silent', 'answer_lost', 'answer_cut', 'late', 'twice');
  return kind === 'late' || kind === 'twice' ? { kind, ms: among(2, 60, 900, 4_000) } : { kind };
}
