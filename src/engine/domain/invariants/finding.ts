/** The invariants of design.md section 8, by number. 6 (paid-or-refunded) comes with payments. */
export const invariants = [
  { number: 1, name: 'no-oversell' },
  { number: 2, name: 'conservation' },
  { number: 3, name: 'no-lost-order' },
  { number: 4, name: 'no-duplicate' },
  { number: 5, name: 'limits' },
  { number: 7, name: 'liveness' },
] as const;

export type InvariantName = (typeof invariants)[number]['name'];

/** What can be wrong, by stable name: reports and tests refer to it. A kind belongs to one invariant. */
export const findingKinds = {
  oversold_by_counters: 'no-oversell',
  oversold_by_lines: 'no-oversell',
  negative_counter: 'no-oversell',
  gate_below_zero: 'no-oversell',
  counters_differ_from_lines: 'conservation',
  totals_differ: 'conservation',
  units_stranded: 'conservation',
  units_unaccounted: 'conservation',
  product_missing_at_gate: 'conservation',
  product_missing_in_ledger: 'conservation',
  heard_order_lost: 'no-lost-order',
  logged_order_lost: 'no-lost-order',
  order_unexpected: 'no-lost-order',
  offsets_missing: 'no-lost-order',
  log_behind_ledger: 'no-lost-order',
  record_unreadable: 'no-lost-order',
  too_many_revoked: 'no-lost-order',
  key_with_two_orders: 'no-duplicate',
  other_order_heard: 'no-duplicate',
  accepted_twice: 'no-duplicate',
  foreign_order_id: 'no-duplicate',
  row_twice: 'no-duplicate',
  over_limit: 'limits',
  hold_overdue: 'liveness',
  release_stuck: 'liveness',
  outbox_stuck: 'liveness',
} as const satisfies Record<string, InvariantName>;

export type FindingKind = keyof typeof findingKinds;

/** One broken promise: which, where (ids), how far (numbers), and the next command or place to look at. */
export interface Finding {
  readonly invariant: InvariantName;
  readonly kind: FindingKind;
  /** A sentence for people. */
  readonly text: string;
  readonly ids: readonly string[];
  readonly numbers: Readonly<Record<string, number>>;
  readonly look: string;
}

/** Makes a finding; the invariant follows from the kind. */
export function finding(
  kind: FindingKind,
  text: string,
  more: {
    readonly ids?: readonly string[];
    readonly numbers?: Readonly<Record<string, number>>;
    readonly look: string;
  },
): Finding {
  return {
    invariant: findingKinds[kind],
    kind,
    text,
    ids: more.ids ?? [],
    numbers: more.numbers ?? {},
    look: more.look,
  };
}
