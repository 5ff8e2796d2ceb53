/** One line of what happened in a world: who did what to whom, and when. */
export interface TraceEvent {
  /** Milliseconds since the world began. */
  readonly atMs: number;
  /**
   * `call` a question arrived; `answer` its answer arrived; `lost` one of the two never will; `fault` something was broken or
   * mended; `buyer` a buyer or operator asked or heard; `note` what a flow said of itself; `finding` a broken promise.
   */
  readonly kind: 'call' | 'answer' | 'lost' | 'fault' | 'buyer' | 'note' | 'finding';
  /** Names of actors: `p1`, `gate`, `ledger`, `log`, `buyer 3` ... The same name where the event concerns one alone. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** Orders, users and products that it is about, and the epoch: `epoch 2`. */
  readonly ids?: readonly string[];
}

/** Where a world writes what happens; nothing is made of it where nobody reads. */
export interface Trace {
  readonly on: boolean;
  add(event: TraceEvent): void;
}

export const noTrace: Trace = { on: false, add: () => {} };
