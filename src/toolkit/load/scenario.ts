import type { Money } from '../../engine/domain/money.ts';
import type { Confirmation } from '../../engine/domain/sale.ts';
import type { HistoryOutcome } from '../history/history-entry.ts';
import type { Behaviour } from './scenario-schema.ts';

/** What a load run does: a checked scenario with every default filled in. Made by readScenario, or in code. */
export interface Scenario {
  readonly title: string;
  readonly why: string;
  /** 0 to 2^32 - 1. The same seed plans the same arrivals, buyers and orders. */
  readonly seed: number;
  readonly sale: ScenarioSale;
  readonly arrivals: readonly Stage[];
  readonly buyers: {
    readonly count: number;
    /** Weights; none is negative and at least one is above 0. */
    readonly behaviours: Readonly<Partial<Record<Behaviour, number>>>;
    /** Left out: loadDefaults.habits. */
    readonly habits?: Habits;
  };
  readonly thresholds: Thresholds;
  readonly limits: LoadLimits;
}

/** What the file may say about the behaviours that take numbers. */
export interface Habits {
  readonly bots: {
    readonly addresses: number;
    readonly accounts: number;
    readonly tries: number;
    readonly pauseMs: number;
  };
  readonly cancelAfterMs: number;
  /** How long one slow request takes. */
  readonly slowMs: number;
}

export interface ScenarioSale {
  /** Null: every run makes a sale of its own. */
  readonly saleId: string | null;
  readonly products: readonly ScenarioProduct[];
  /** Null: everybody is admitted at once. */
  readonly admissionRate: number | null;
  readonly confirmation: Confirmation;
}

export interface ScenarioProduct {
  readonly productId: string;
  /** Free units at the start. */
  readonly quantity: number;
  readonly limitPerUser: number | null;
  readonly price: Money;
}

/** Buyers arrive at a constant rate, or at one that changes evenly. */
export type CurveStage =
  | { readonly kind: 'constant'; readonly ratePerSecond: number; readonly forSeconds: number }
  | { readonly kind: 'ramp'; readonly from: number; readonly to: number; readonly forSeconds: number };

/** A curve, a Poisson process, or moments that were recorded (milliseconds from the stage's start, in order). */
export type Stage =
  | CurveStage
  | { readonly kind: 'poisson'; readonly ratePerSecond: number; readonly forSeconds: number }
  | { readonly kind: 'replay'; readonly momentsMs: readonly number[]; readonly forSeconds: number };

type PerOutcome = Readonly<Partial<Record<HistoryOutcome, number>>>;

/** Null or absent: no such threshold. */
export interface Thresholds {
  readonly maxErrorRate: number | null;
  readonly p50Ms?: PerOutcome;
  readonly p99Ms: PerOutcome;
  readonly maxMs?: PerOutcome;
  readonly minGoodputPerSecond: number | null;
  readonly fairness?: { readonly minFirstCome?: number | undefined; readonly maxBotShare?: number | undefined };
}

export interface LoadLimits {
  readonly maxInFlight: number;
  /** Measured from the first scheduled moment: whatever is under way then is given up. */
  readonly hardStopSeconds: number;
  readonly requestTimeoutMs: number;
}

export const loadDefaults = {
  seed: 1,
  /** A socket each; enough for 10,000 requests a second that take 100 ms. */
  maxInFlight: 1_000,
  /** After the last arrival: answers within the server's 5 s deadline, then retries against a server that restarts. */
  hardStopAfterLastArrivalSeconds: 30,
  /** Twice the server's deadline of 5 s: later than that no answer comes. */
  requestTimeoutMs: 10_000,
  habits: { bots: { addresses: 4, accounts: 5, tries: 10, pauseMs: 50 }, cancelAfterMs: 1_000, slowMs: 30_000 },
} as const;
