import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** Percentiles of one kind of answer, in milliseconds. `n` and `max` stand beside them: a p99 of ten answers says little. */
export interface LatencySummary {
  readonly n: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** A book as text, to be sent to another process or kept in a file. */
export interface EncodedBook {
  /** Exact to a microsecond, where the histogram's largest bucket is not. */
  readonly maxMs: number;
  /** HdrHistogram V2, compressed, Base64, in microseconds: what other tools of that family read, too. */
  readonly histogram: string;
}

/** An hour in microseconds: no request of a run takes longer. */
const longestUs = 3_600_000_000;
const shape = {
  lowestDiscernibleValue: 1,
  highestTrackableValue: longestUs,
  numberOfSignificantValueDigits: 3,
} as const;

/** One high-dynamic-range histogram (Gil Tene): microseconds to an hour, exact to three digits, memory that does not grow. */
export class LatencyBook {
  readonly #histogram: Histogram = build(shape);
  #n = 0;
  #maxMs = 0;

  /** @throws Error where the text is no such histogram */
  static decode({ histogram, maxMs }: EncodedBook): LatencyBook {
    const book = new LatencyBook();
    const decoded = decodeFromCompressedBase64(histogram);
    book.#histogram.add(decoded);
    book.#n = decoded.totalCount;
    book.#maxMs = maxMs;
    return book;
  }

  record(ms: number): void {
    this.#histogram.recordValue(microseconds(ms));
    this.#n += 1;
    if (ms > this.#maxMs) this.#maxMs = ms;
  }

  /** Adds every recorded time of another book: percentiles of the sum are those of all times together, never a mean. */
  add(other: LatencyBook): void {
    this.#histogram.add(other.#histogram);
    this.#n += other.#n;
    if (other.#maxMs > this.#maxMs) this.#maxMs = other.#maxMs;
  }

  get n(): number {
    return this.#n;
  }

  percentileMs(percentile: number): number {
    // a bucket is named by its upper end, which may be above anything that was recorded
    return this.#n === 0 ? 0 : Math.min(this.#roundedMaxMs(), this.#histogram.getValueAtPercentile(percentile) / 1_000);
  }

  summary(): LatencySummary {
    return {
      n: this.#n,
      p50: this.percentileMs(50),
      p90: this.percentileMs(90),
      p99: this.percentileMs(99),
      p999: this.percentileMs(99.9),
      max: this.#roundedMaxMs(),
    };
  }

  encode(): EncodedBook {
    return { maxMs: this.#roundedMaxMs(), histogram: encodeIntoCompressedBase64(this.#histogram) };
  }

  /** To a microsecond, as the histogram counts. */
  #roundedMaxMs(): number {
    return Math.round(this.#maxMs * 1_000) / 1_000;
  }
}

/**
 * The same counts in a table of the buckets that were met: for the many short slices of a run, where a whole histogram each
 * (94 KB) would be nearly empty. Buckets are those of LatencyBook, so that both tell the same.
 */
export class SparseBook {
  readonly #counts = new Map<number, number>();
  #maxMs = 0;

  record(ms: number): void {
    const bucket = bucketOf(microseconds(ms));
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    if (ms > this.#maxMs) this.#maxMs = ms;
  }

  encode(): EncodedBook {
    const histogram = build(shape);
    for (const [us, n] of this.#counts) histogram.recordValueWithCount(us, n);
    return { maxMs: Math.round(this.#maxMs * 1_000) / 1_000, histogram: encodeIntoCompressedBase64(histogram) };
  }
}

function microseconds(ms: number): number {
  return Math.min(longestUs, Math.max(1, Math.round(ms * 1_000)));
}

/** The lowest value of the HDR bucket of three digits: 11 significant bits are kept. */
function bucketOf(us: number): number {
  const shift = Math.max(0, 21 - Math.clz32(us));
  return ((us >>> shift) << shift) >>> 0;
}
