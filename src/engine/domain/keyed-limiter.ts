import type { Rate } from './gcra.ts';

/** The rate is that of one key. */
export interface KeyedLimiterOptions extends Rate {
  /** Cells in each of the two rows, a power of two: 16 bytes of memory each, for ever. */
  readonly cells: number;
  /** 32 random bits: whoever does not know them cannot choose keys that share cells with somebody else's. */
  readonly seed: number;
}

export type KeyedVerdict =
  | { readonly allowed: true; readonly retryAfterMs: 0 }
  | { readonly allowed: false; readonly retryAfterMs: number };

/** One rate a key (a user, an address), in memory that never grows. */
export interface KeyedLimiter {
  /** `nowMs` from a steady clock. */
  take(key: string, nowMs: number): KeyedVerdict;
}

const allowed: KeyedVerdict = { allowed: true, retryAfterMs: 0 };

/** Sums of intervals that are no whole numbers fall a little short; this much is forgiven, and never accumulates. */
const roundingMs = 1e-6;

/**
 * Limits each key by itself: the generic cell rate algorithm (gcra.ts; here with theoretical arrival times) over a count-min
 * sketch with conservative update (Cormode and Muthukrishnan 2005; Estan and Varghese 2002).
 *
 * A key has one cell in each row, chosen by two hashes, and is refused only where both are full. So no key ever gets more
 * than its rate, and one that shares a cell loses nothing by it unless it shares the other too, with somebody busy. A map of
 * keys would be exact, but in a crowd every request brings a new key: they all outlive the young generation, and collecting
 * them cost a fifth of a refusal (measured with `fluxgate bench http`).
 */
export function createKeyedLimiter({ ratePerSecond, burst, cells, seed }: KeyedLimiterOptions): KeyedLimiter {
  const intervalMs = 1000 / ratePerSecond;
  const toleranceMs = (burst - 1) * intervalMs + roundingMs;
  const mask = cells - 1;
  /** When the next request would be due at the rate: the first row, then the second. */
  const dueMs = new Float64Array(2 * cells).fill(Number.NEGATIVE_INFINITY);

  return {
    take(key, nowMs) {
      // Two FNV-1a hashes (Fowler, Noll, Vo) in one pass, with seeds and primes of their own.
      let first = seed ^ 0x811c9dc5;
      let second = ~seed ^ 0x9747b28c;
      for (let at = 0; at < key.length; at += 1) {
        const unit = key.charCodeAt(at);
        first = Math.imul(first ^ unit, 0x01000193);
        second = Math.imul(second ^ unit, 0x85ebca6b);
      }
      const a = mixed(first) & mask;
      const b = cells + (mixed(second) & mask);
      const dueA = dueMs[a] ?? nowMs;
      const dueB = dueMs[b] ?? nowMs;
      const due = Math.max(nowMs, Math.min(dueA, dueB));
      if (due - nowMs > toleranceMs) return { allowed: false, retryAfterMs: Math.ceil(due - nowMs - toleranceMs) };
      const next = due + intervalMs;
      if (dueA < next) dueMs[a] = next;
      if (dueB < next) dueMs[b] = next;
      return allowed;
    },
  };
}

/** The finaliser of MurmurHash3 (Appleby): every bit of the hash reaches the low ones, which choose the cell. */
function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
