import type { Finding, FindingKind, InvariantName } from './finding.ts';

/** Findings kept of one kind: enough to see the pattern; the rest is counted. A sale that lost all its orders must not fill the memory. */
export const findingsKept = 20;

/** Collects findings: the first of each kind are kept, all are counted. */
export class Findings {
  readonly #kept = new Map<FindingKind, Finding[]>();
  readonly #totals = new Map<FindingKind, number>();
  readonly #openEnded = new Set<InvariantName>();

  add(...findings: readonly Finding[]): void {
    for (const one of findings) {
      const kept = this.#kept.get(one.kind);
      if (!kept) this.#kept.set(one.kind, [one]);
      else if (kept.length < findingsKept) kept.push(one);
      this.#totals.set(one.kind, this.total(one.kind) + 1);
    }
  }

  /** Counts more findings of a kind than were named. */
  addUnnamed(kind: FindingKind, n: number): void {
    if (n > 0) this.#totals.set(kind, this.total(kind) + n);
  }

  /** There are more than were looked up: totals of this invariant are lower bounds. */
  atLeast(invariant: InvariantName): void {
    this.#openEnded.add(invariant);
  }

  total(kind: FindingKind): number {
    return this.#totals.get(kind) ?? 0;
  }

  /** At most findingsKept, taken from each kind in turn, so that one kind does not crowd out another. */
  of(invariant: InvariantName): {
    readonly kept: readonly Finding[];
    readonly total: number;
    readonly atLeast: boolean;
  } {
    const lists = [...this.#kept.values()].filter((list) => list[0]?.invariant === invariant);
    const kept: Finding[] = [];
    for (let row = 0; row < findingsKept && kept.length < findingsKept; row += 1) {
      for (const list of lists) {
        const one = list[row];
        if (one && kept.length < findingsKept) kept.push(one);
      }
    }
    let total = 0;
    for (const list of lists) total += list[0] ? this.total(list[0].kind) : 0;
    return { kept, total, atLeast: this.#openEnded.has(invariant) };
  }
}
