import type { InvariantName } from '../../../engine/domain/invariants/finding.ts';
import type { HistoryOutcome } from '../../history/history-entry.ts';
import type { Scenario } from '../../load/scenario.ts';
import type { StackVariant } from '../../stack/stack-shape.ts';
import type { ChaosFault } from '../fault/chaos-fault.ts';
import type { Capability } from '../system/capability.ts';
import type { CheckMoment } from './probe-schema.ts';

/** What is asked of the running system; gives one number, or null where nobody answers. */
export type Probe =
  | { readonly kind: 'http'; readonly of: string; readonly path: string }
  | { readonly kind: 'share'; readonly outcomes: readonly HistoryOutcome[]; readonly windowMs: number }
  | { readonly kind: 'rate'; readonly outcomes: readonly HistoryOutcome[]; readonly windowMs: number }
  | { readonly kind: 'latency'; readonly windowMs: number }
  | { readonly kind: 'lag' }
  | { readonly kind: 'stock'; readonly figure: 'free' | 'held' | 'sold' | 'oversold' | 'outbox' | 'overdue' }
  | { readonly kind: 'stats'; readonly path: string };

/** Null: no bound on that side. At least one is there. */
export interface Tolerance {
  readonly min: number | null;
  readonly max: number | null;
}

export interface SteadyProbe {
  readonly title: string;
  readonly probe: Probe;
  readonly tolerance: Tolerance;
  readonly check: ReadonlySet<CheckMoment>;
}

export interface AbortGuard {
  readonly title: string;
  readonly probe: Probe;
  readonly tolerance: Tolerance;
  readonly crossedForMs: number;
}

export interface TimedFault {
  /** After the steady state was seen. */
  readonly atMs: number;
  /** Null: a fault of a moment, which has no end. */
  readonly forMs: number | null;
  readonly fault: ChaosFault;
  readonly target: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface SystemShape {
  readonly mode: 'embedded' | 'stack';
  readonly servers: number;
  readonly workers: number;
  readonly variants: readonly StackVariant[];
  /** Whether some fault goes through the fault proxy of the stack. */
  readonly proxied: boolean;
  /** Ways between two parts that some fault is for: `server-1>redis`. */
  readonly ways: readonly string[];
  /** Whether some fault shifts the clocks of its servers and workers: they load what shifts them. */
  readonly clocks: boolean;
  /** Variables of its servers and workers. */
  readonly env: Readonly<Record<string, string>>;
  readonly planted: string | null;
}

export type ExpectedVerdict = 'passed' | 'violated' | 'deviated';

/** A checked experiment with every default filled in. Made by readExperiment. */
export interface Experiment {
  /** Its file's name without the ending. */
  readonly name: string;
  readonly path: string;
  readonly title: string;
  readonly why: string;
  readonly seed: number;
  readonly needs: readonly Capability[];
  readonly system: SystemShape;
  readonly load: Scenario;
  readonly steadyState: readonly SteadyProbe[];
  /** By time. */
  readonly faults: readonly TimedFault[];
  readonly abort: readonly AbortGuard[];
  readonly recoverWithinMs: number;
  readonly verify: { readonly waitMs: number; readonly maxRevoked: number };
  readonly expected: {
    readonly verdict: ExpectedVerdict;
    readonly invariant: InvariantName | null;
    /** What the same defect may violate besides. */
    readonly alongside: readonly InvariantName[];
    readonly because: string | null;
  };
}
