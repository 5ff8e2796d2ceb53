/** Requests go to the upstream, answers come back from it. */
export type Direction = 'request' | 'answer';

/** What a fault does to the connections of a target while it holds. */
export interface Effect {
  /** Every connection is cut with a RST, new ones too. */
  readonly cuts: boolean;
  /** The directions whose bytes vanish. */
  readonly swallows: readonly Direction[];
  /** How long the next chunk waits, in milliseconds; drawn anew for each. */
  delayMs(): number;
}

/** Without a fault everything passes at once. */
export const noEffect: Effect = { cuts: false, swallows: [], delayMs: () => 0 };
