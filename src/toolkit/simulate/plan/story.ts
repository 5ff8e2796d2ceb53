import type { Chance } from '../world/world-parts.ts';
import type { Among } from './among.ts';
import type { FaultPlan, OperatorPlan, ProcessPlan, Role, StoryKind } from './plan.ts';

/**
 * Faults, and wishes of operators, that are timed against each other: what has to come together within some hundred
 * milliseconds hardly ever does where each is drawn by itself. Once drawn they are faults like all others: shrinking leaves
 * out what is not needed.
 */
export interface Story {
  readonly kind: StoryKind;
  /** Something is left when a rebuild has come to its end, or the last units are in question then. */
  readonly stock: 'plenty' | 'scarce';
  readonly faults: readonly FaultPlan[];
  readonly operators: readonly OperatorPlan[];
}

/** What a story is drawn from. */
export interface StoryUse {
  readonly processes: readonly ProcessPlan[];
  /** Of the first product, where stock is scarce. */
  readonly units: number;
  /** A server's lease and an append deadline: about what a rebuild waits for a server that does not hear of it. */
  readonly waitMs: number;
  readonly chance: Chance;
  readonly among: Among;
}

/** One of the processes that have a role: every world has some. */
export function oneWith(role: Role, { processes, chance }: StoryUse): ProcessPlan {
  const able = processes.filter(({ roles }) => roles.includes(role));
  const one = able[chance.between(0, able.length - 1)];
  if (one === undefined) throw new RangeError(`nobody in this world is there to ${role}`);
  return one;
}

/** The gate is lost, in one of the ways that take everybody along. */
export function drawLoss(atMs: number, { among }: StoryUse): FaultPlan {
  const kind = among<'gate_lose' | 'gate_restart' | 'gate_failover' | 'gate_down'>(
    'gate_lose',
    'gate_restart',
    'gate_failover',
    'gate_down',
  );
  if (kind === 'gate_failover') return { atMs, kind, staleMs: among(0, 5, 80), stay: [], forMs: 20 };
  return kind === 'gate_down' ? { atMs, kind, forMs: among(20, 150, 600) } : { atMs, kind };
}
