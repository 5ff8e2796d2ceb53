/**
 * The generic cell rate algorithm in its leaky-bucket form (ITU-T Recommendation I.371, annex A, "continuous-state leaky
 * bucket algorithm"; also ATM Forum Traffic Management 4.1, section 4.4.2). It decides exactly as the better known form
 * with a theoretical arrival time, but its numbers stay small, so that rates of a million a second are exact in a double.
 *
 * The law: in any span of t seconds at most `burst + ratePerSecond * t` are let through.
 */
export interface Bucket {
  /** How much of the burst is taken, in requests, at `atMs`. 0 is full again. */
  readonly level: number;
  readonly atMs: number;
}

export interface Rate {
  readonly ratePerSecond: number;
  /** Requests that may come at once; at least 1. */
  readonly burst: number;
}

export const emptyBucket: Bucket = { level: 0, atMs: 0 };

/** Sums of fractions of a request fall a little short of a whole one; this much is forgiven, once, never accumulating. */
const roundingSlack = 1e-9;

/** The level at `nowMs`. A clock that went back drains nothing and blocks nobody. */
function levelAt(bucket: Bucket, rate: Rate, nowMs: number): number {
  const passedMs = nowMs - bucket.atMs;
  if (passedMs <= 0) return bucket.level;
  return Math.max(0, bucket.level - (passedMs * rate.ratePerSecond) / 1000);
}

/** Lets through as many of `wanted` as the rate allows at `nowMs`. */
export function takeFrom(
  bucket: Bucket,
  rate: Rate,
  wanted: number,
  nowMs: number,
): { readonly granted: number; readonly bucket: Bucket } {
  const level = levelAt(bucket, rate, nowMs);
  const granted = Math.max(0, Math.min(wanted, Math.floor(rate.burst - level + roundingSlack)));
  return { granted, bucket: { level: level + granted, atMs: nowMs } };
}

/** Milliseconds until one request would be let through, rounded up; 0 where it would be now. */
export function waitMs(bucket: Bucket, rate: Rate, nowMs: number): number {
  const missing = levelAt(bucket, rate, nowMs) + 1 - rate.burst - roundingSlack;
  return missing <= 0 ? 0 : Math.ceil((missing * 1000) / rate.ratePerSecond);
}

/** Whether the bucket says the same as one that was never used. */
export function isFullAgain(bucket: Bucket, rate: Rate, nowMs: number): boolean {
  return levelAt(bucket, rate, nowMs) === 0;
}
