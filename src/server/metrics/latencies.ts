/** Sub-buckets of one power of two: a percentile is off by 1/16 at most. */
const perOctave = 16;
const octaves = 27;
const bucketCount = perOctave * octaves;
/** Seconds over which a rate is an average, and over which the recent percentiles are taken. */
export const windowSeconds = 10;

/**
 * How long answers of one outcome took: a log-linear histogram in microseconds, up to 2^27 (two minutes), the idea of
 * HdrHistogram (Gil Tene) with fewer digits. Recording is a shift and an increment, so that it can be done for each request.
 */
export class Latencies {
  readonly #counts = new Float64Array(bucketCount);
  /** `count` as it stood at the last ten ticks. */
  readonly #ticks = new Float64Array(windowSeconds);
  /** `counts` as they stood at the same ticks: 17 KB an outcome, so that recording stays an increment. */
  readonly #past: readonly Uint32Array[] = Array.from({ length: windowSeconds }, () => new Uint32Array(bucketCount));
  #tick = 0;
  #count = 0;
  #sumUs = 0;
  #maxUs = 0;

  record(ms: number): void {
    const us = ms > 0 ? Math.round(ms * 1000) : 0;
    const index = bucketOf(us);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count += 1;
    this.#sumUs += us;
    if (us > this.#maxUs) this.#maxUs = us;
  }

  get count(): number {
    return this.#count;
  }

  get sumMs(): number {
    return this.#sumUs / 1000;
  }

  get maxMs(): number {
    return this.#maxUs / 1000;
  }

  /** To be called once a second. */
  tick(): void {
    this.#ticks[this.#tick % windowSeconds] = this.#count;
    this.#past[this.#tick % windowSeconds]?.set(this.#counts);
    this.#tick += 1;
  }

  /** Answers a second, averaged over the last ten seconds. */
  get ratePerSecond(): number {
    const seconds = Math.min(this.#tick, windowSeconds);
    if (seconds === 0) return 0;
    return Math.max(0, this.recentCount) / seconds;
  }

  /** Answers of the last ten seconds. */
  get recentCount(): number {
    return this.#count - (this.#tick < windowSeconds ? 0 : (this.#ticks[this.#tick % windowSeconds] ?? 0));
  }

  /**
   * Like `percentileMs`, of the answers of the last ten seconds alone: since the start, an hour of calm hides a bad minute. The
   * bucket's upper end, so at most 1/16 above the truth.
   */
  recentPercentileMs(p: number): number {
    const past = this.#tick < windowSeconds ? undefined : this.#past[this.#tick % windowSeconds];
    return this.#percentileSince(past, this.recentCount, p);
  }

  /** The latency in milliseconds that the share `p` (0 to 1) of the answers did not exceed: its bucket's upper end. */
  percentileMs(p: number): number {
    return this.#percentileSince(undefined, this.#count, p);
  }

  /** Of the `count` answers that `past` does not have yet. */
  #percentileSince(past: Uint32Array | undefined, count: number, p: number): number {
    if (count <= 0) return 0;
    const wanted = Math.max(1, Math.ceil(p * count));
    let seen = 0;
    for (let index = 0; index < bucketCount; index += 1) {
      seen += (this.#counts[index] ?? 0) - (past?.[index] ?? 0);
      if (seen >= wanted) return Math.min(upperUs(index), this.#maxUs) / 1000;
    }
    return this.maxMs;
  }

  /** How many answers took up to `2^power` microseconds. */
  countUpTo(power: number): number {
    const end = bucketOf(2 ** power);
    let count = 0;
    for (let index = 0; index < end; index += 1) count += this.#counts[index] ?? 0;
    return count;
  }
}

/** 0 to 15 us have a bucket each; above, 16 buckets a power of two. */
function bucketOf(us: number): number {
  if (us < perOctave) return us;
  const octave = 31 - Math.clz32(Math.min(us, 2 ** 31 - 1)) - 4;
  const index = octave * perOctave + (Math.min(us, 2 ** 31 - 1) >>> octave);
  return index < bucketCount ? index : bucketCount - 1;
}

/** The largest whole number of microseconds that falls into the bucket. */
function upperUs(index: number): number {
  if (index < perOctave * 2) return index;
  const octave = Math.floor(index / perOctave) - 1;
  return ((index % perOctave) + perOctave + 1) * 2 ** octave - 1;
}
