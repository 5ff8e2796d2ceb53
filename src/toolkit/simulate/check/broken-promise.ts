import type { Finding, InvariantName } from '../../../engine/domain/invariants/finding.ts';

/** A promise that a world broke. `kind` is stable: a smaller world has found the same where it is equal. */
export interface BrokenPromise {
  readonly invariant: InvariantName;
  readonly kind: string;
  readonly text: string;
  readonly ids: readonly string[];
}

export function brokenBy({ invariant, kind, text, ids }: Finding): BrokenPromise {
  return { invariant, kind, text, ids };
}

/** Where no finding of `verify` names it: only a world sees everything at once. */
export function brokenBecause(invariant: InvariantName, text: string, kind = `world_${invariant}`): BrokenPromise {
  return { invariant, kind, text, ids: [] };
}
