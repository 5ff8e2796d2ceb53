import { type Bucket, emptyBucket, isFullAgain, takeFrom, waitMs } from './gcra.ts';

export interface KeyedLimiterOptions {
  readonly ratePerSecond: number;
  /** Requests that one key may make at once; at least 1. */
  readonly burst: number;
  /** Keys that are remembered at most. */
  readonly maxKeys: number;
}

export type KeyedVerdict =
  | { readonly allowed: true; readonly retryAfterMs: 0 }
  | { readonly allowed: false; readonly retryAfterMs: number };

/** One rate a key (a user, an address), in bounded memory. */
export interface KeyedLimiter {
  /** `nowMs` from a steady clock. */
  take(key: string, nowMs: number): KeyedVerdict;
  /** Keys that are remembered now. */
  readonly size: number;
}

const allowed: KeyedVerdict = { allowed: true, retryAfterMs: 0 };

/**
 * Limits each key by itself (see gcra.ts).
 *
 * Keys stand in the order of their last grant, so the front is full again first, `burst / rate` seconds after it at the
 * latest; a key that is full again says the same as an unknown one and is dropped. Where all `maxKeys` are in use the one
 * with the oldest grant goes, too early: it gets back at most its own burst. That gives nothing away, since whoever can
 * bring up `maxKeys` keys within that time is not limited by key at all.
 */
export function createKeyedLimiter({ ratePerSecond, burst, maxKeys }: KeyedLimiterOptions): KeyedLimiter {
  const rate = { ratePerSecond, burst };
  const buckets = new Map<string, Bucket>();

  /**
   * Walks the keys in the order of their last grant and stays where it stopped. A fresh walk per call would pass all the
   * keys that have left since the map was last tidied up, which is most of the cost once many keys are in use.
   */
  let walk = buckets.entries();
  let oldest: [string, Bucket] | undefined;

  /** The key whose grant is the oldest; undefined where there is none. */
  function findOldest(): [string, Bucket] | undefined {
    // A key that was granted again stands further back with another bucket.
    while (oldest === undefined || buckets.get(oldest[0]) !== oldest[1]) {
      const next = walk.next();
      if (next.done) {
        oldest = undefined;
        walk = buckets.entries();
        return undefined;
      }
      oldest = next.value;
    }
    return oldest;
  }

  /** Two leave for one that comes: memory follows the keys in use, and no call has much to do. */
  function makeRoom(nowMs: number): void {
    for (let looked = 0; looked < 2; looked += 1) {
      const found = findOldest();
      if (found === undefined) return;
      if (buckets.size < maxKeys && !isFullAgain(found[1], rate, nowMs)) return;
      buckets.delete(found[0]);
      oldest = undefined;
    }
  }

  return {
    take(key, nowMs) {
      const known = buckets.get(key);
      const bucket = known ?? emptyBucket;
      const taken = takeFrom(bucket, rate, 1, nowMs);
      if (taken.granted === 0) return { allowed: false, retryAfterMs: waitMs(bucket, rate, nowMs) };
      if (known === undefined) makeRoom(nowMs);
      else buckets.delete(key);
      buckets.set(key, taken.bucket);
      return allowed;
    },
    get size() {
      return buckets.size;
    },
  };
}
