import type { Scenario } from '../../load/scenario.ts';

/** A policy question with every default filled in. Plain values: a job of another thread is sent it. */
export interface Policy {
  readonly title: string;
  readonly why: string;
  readonly crowd: Scenario;
  readonly seeds: number;
  readonly hardStopSeconds: number;
  readonly servers: { readonly count: number; readonly serviceMs: number; readonly maxWaiting: number };
  /** Null: an order is confirmed as soon as it is recorded. */
  readonly confirm: { readonly share: number; readonly fromSeconds: number; readonly toSeconds: number } | null;
  readonly comeBack: { readonly share: number; readonly times: number } | null;
  readonly variants: readonly Variant[];
}

/** One way to run the sale. */
export interface Variant {
  readonly name: string;
  readonly admissionRate: number | null;
  readonly holdSeconds: number;
  /** Of each product of the crowd, in its order; null: no limit. */
  readonly limits: readonly (number | null)[];
  readonly stock: readonly number[];
  /** Null: as the servers advise, and `comeBackSeconds` after sold out. */
  readonly retryAfterSeconds: number | null;
}

export const policyDefaults = {
  seeds: 20,
  servers: { count: 2, serviceMs: 0.2, maxWaiting: 10_000 },
  holdSeconds: 600,
  /** Sold out comes without Retry-After: so long people wait who look again by themselves. */
  comeBackSeconds: 5,
} as const;
