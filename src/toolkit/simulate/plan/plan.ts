import type { Link, Trouble } from '../world/network.ts';
import type { Placing } from '../world/simulated-log.ts';

/** Roles of one process, as `serve` and `worker` start them. */
export type Role = 'serve' | 'consume' | 'control';

export interface ProcessPlan {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly driftPpm: number;
  readonly offsetMs: number;
}

/** What a buyer does besides ordering once: the behaviours of load scenarios. */
export const behaviours = [
  /** Tries again with the same key, at another server, until something definite is heard. */
  'patient',
  /** Goes away at the first answer that is no yes. */
  'impatient',
  /** Sends the same order twice at once. */
  'double_click',
  /** Orders again and again with new keys, as far as the limit reaches and beyond. */
  'bot',
  /** Cancels what was accepted. */
  'cancels',
  /** Confirms what was accepted, late or twice. */
  'confirms',
  /** Uses one key for another order. */
  'reuses_key',
] as const;
export type Behaviour = (typeof behaviours)[number];

export interface BuyerPlan {
  readonly nth: number;
  readonly atMs: number;
  readonly behaviour: Behaviour;
  /** Which server first, and how long between tries. */
  readonly server: number;
  readonly pauseMs: number;
  readonly lines: readonly { readonly product: number; readonly quantity: number }[];
}

/** What an operator does, at one of the servers. */
export type OperatorPlan = { readonly atMs: number; readonly server: number } & (
  | { readonly kind: 'pause' | 'open' | 'close' }
  | { readonly kind: 'add_stock'; readonly product: number; readonly by: number }
  | { readonly kind: 'init_stock'; readonly product: number; readonly to: number }
  | { readonly kind: 'limit'; readonly product: number; readonly limitPerUser: number }
  | { readonly kind: 'price'; readonly product: number; readonly priceMinor: number }
  | { readonly kind: 'rate'; readonly perSecond: number | null }
);

/** One thing that goes wrong, and when. What has no `forMs` is over at once. */
export type FaultPlan = { readonly atMs: number } & (
  | {
      readonly kind: 'network';
      readonly process: string | null;
      readonly link: Link;
      readonly trouble: Trouble;
      readonly percent: number;
      readonly forMs: number;
    }
  /** `deploy` stops it in order first. */
  | { readonly kind: 'kill' | 'pause' | 'deploy'; readonly process: string; readonly forMs: number }
  /** Whoever leads at that moment stands still, and wakes as a leader of yesterday. */
  | { readonly kind: 'pause_leader'; readonly forMs: number }
  | { readonly kind: 'clock_jump'; readonly process: string; readonly ms: number }
  | { readonly kind: 'gate_lose' | 'gate_restart' }
  | { readonly kind: 'gate_down' | 'gate_pause' | 'gate_full'; readonly forMs: number }
  /** Of the primary, and of the database. */
  | { readonly kind: 'gate_clock_jump' | 'ledger_clock_jump'; readonly ms: number }
  /** A replica that is `staleMs` behind is promoted; the named processes stay with the old primary for so long. */
  | {
      readonly kind: 'gate_failover';
      readonly staleMs: number;
      readonly stay: readonly string[];
      readonly forMs: number;
    }
  /** `ledger_full`: it can be read, and takes no writes. */
  | {
      readonly kind: 'ledger_down' | 'ledger_pause' | 'ledger_full' | 'log_down' | 'log_pause';
      readonly forMs: number;
    }
  /** Whoever reads a snapshot meanwhile gets so many pieces of it; the first is its head. */
  | { readonly kind: 'snapshot_cut'; readonly pieces: number; readonly forMs: number }
  | { readonly kind: 'log_leader_lost' | 'rebalance' }
  | { readonly kind: 'offsets_back'; readonly entries: number }
  | { readonly kind: 'slow_disk'; readonly ms: number; readonly forMs: number }
  | { readonly kind: 'poison'; readonly partition: number }
);
export type FaultKind = FaultPlan['kind'];

/** Faults that are timed against each other (story.ts). */
export const storyKinds = [
  'cut_off',
  'late_appends',
  'leader_wakes',
  'lost_twice',
  'slow_rebuild',
  'stock_across_epochs',
] as const;
export type StoryKind = (typeof storyKinds)[number];

/** Everything that a world will be and meet. Drawn from a seed, and made smaller when something was found. */
export interface WorldPlan {
  readonly seed: number;
  readonly confirmation: 'on_record' | 'explicit';
  readonly holdSeconds: number;
  readonly admissionRate: number | null;
  readonly limitPerUser: number;
  /** Units of each product; the first is `product-0`. */
  readonly stock: readonly number[];
  readonly partitions: number;
  readonly placing: Placing;
  readonly serverLeaseMs: number;
  readonly appendDeadlineMs: number;
  readonly maxWaitingOrders: number;
  readonly processes: readonly ProcessPlan[];
  readonly buyers: readonly BuyerPlan[];
  readonly operators: readonly OperatorPlan[];
  readonly faults: readonly FaultPlan[];
  /** What some of the faults were drawn as. It changes nothing of the world: it is what the coverage counts. */
  readonly stories?: readonly StoryKind[];
  /** Faults end here; the world then has to come to rest by itself. */
  readonly safetyMs: number;
}
