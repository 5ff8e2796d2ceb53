/** Requests go to the upstream, answers come back from it. */
export type Direction = 'request' | 'answer';

/** A fraction in [0, 1): the next draw of one direction of one connection. */
export type Chance = () => number;

/** What a fault does to one direction of a connection while it holds. */
export interface LaneEffect {
  /** Its bytes and its end vanish. */
  readonly swallows: boolean;
  /** How long a chunk waits from its arrival, in milliseconds; asked anew for each. */
  delayMs(chance: Chance): number;
  /** How much longer its end, or its break, waits, in milliseconds. */
  readonly endDelayMs: number;
  /** The most bytes that leave at once; asked anew for each piece. */
  pieceBytes(chance: Chance): number;
  /** How long nothing more leaves behind a piece of that size, in milliseconds. */
  gapMs(sizeBytes: number): number;
  /** The bytes that pass from now on before the connection is closed. */
  readonly limitBytes: number;
}

/** What a fault does to the connections of a target while it holds. */
export interface Effect {
  /** How long a connection lives from now on, or from when it opens, before it is cut with a RST, in milliseconds. */
  readonly livesMs: number;
  readonly request: LaneEffect;
  readonly answer: LaneEffect;
  /** What the draws depend on, besides the number of the connection, its direction and how many it has drawn. */
  readonly seed: number;
}

/** Everything passes at once. */
export const clearLane: LaneEffect = {
  swallows: false,
  delayMs: () => 0,
  endDelayMs: 0,
  pieceBytes: () => Number.POSITIVE_INFINITY,
  gapMs: () => 0,
  limitBytes: Number.POSITIVE_INFINITY,
};

/** No fault. */
export const noEffect: Effect = { livesMs: Number.POSITIVE_INFINITY, request: clearLane, answer: clearLane, seed: 0 };

/** The same to both directions, or to one of them where the fault names it. */
export function onLanes(lane: Partial<LaneEffect>, direction?: Direction): Effect {
  const changed = { ...clearLane, ...lane };
  return {
    ...noEffect,
    request: direction === 'answer' ? clearLane : changed,
    answer: direction === 'request' ? clearLane : changed,
  };
}
