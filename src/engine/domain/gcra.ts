/**
 * The generic cell rate algorithm in its leaky-bucket form (ITU-T Recommendation I.371, annex A, "continuous-state leaky
 * bucket algorithm"; also ATM Forum Traffic Management 4.1, section 4.4.2). It decides exactly as the better known form
 * with a theoretical arrival time, but its numbers stay small: counted in thousandths of a request and milliseconds, whole rates are exact up to a million a second.
 *
 * The law: in any span of t seconds at most `burst + ratePerSecond * t` are let through.
 */
export interface Bucket {
  /** How much of the burst is taken at `atMs`, in thousandths of a request. 0 is full again. */
  readonly level: number;
  readonly atMs: number;
}

export interface Rate {
  readonly ratePerSecond: number;
  /** Requests that may come at once; at least 1. */
  readonly burst: number;
}

export const emptyBucket: Bucket = { level: 0, atMs: 0 };

/** Sums of fractional rates fall a little short of a whole request; this much is forgiven, and never accumulates. */
const roundingSlack = 1e-3;

/** The level at `nowMs`. A clock that went back drains nothing and blocks nobody. */
function levelAt(bucket: Bucket, rate: Rate, nowMs: number): number {
  const passedMs = nowMs - bucket.atMs;
  if (passedMs <= 0) return bucket.level;
  return Math.max(0, bucket.level - passedMs * rate.ratePerSecond);
}

/** Lets through as many of `wanted` as the rate allows at `nowMs`. */
export function takeFrom(
  bucket: Bucket,
  rate: Rate,
  wanted: number,
  nowMs: number,
): { readonly granted: number; readonly bucket: Bucket } {
  const level = levelAt(bucket, rate, nowMs);
  const granted = Math.max(0, Math.min(wanted, Math.floor((rate.burst * 1000 - level + roundingSlack) / 1000)));
  return { granted, bucket: { level: level + granted * 1000, atMs: nowMs } };
}
