import { build, type Histogram } from 'hdr-histogram-js';

/** Percentiles of one kind of answer, in milliseconds. `n` and `max` stand beside them: a p99 of ten answers says little. */
export interface LatencySummary {
  readonly n: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** An hour in microseconds: no request of a run takes longer. */
const longestUs = 3_600_000_000;

/** One high-dynamic-range histogram (Gil Tene): microseconds to an hour, exact to three digits, memory that does not grow. */
export class LatencyBook {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: longestUs,
    numberOfSignificantValueDigits: 3,
  });
  #n = 0;
  #maxMs = 0;

  record(ms: number): void {
    const us = Math.min(longestUs, Math.max(1, Math.round(ms * 1_000)));
    this.#histogram.recordValue(us);
    this.#n += 1;
    if (ms > this.#maxMs) this.#maxMs = ms;
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

  /** To a microsecond, as the histogram counts. */
  #roundedMaxMs(): number {
    return Math.round(this.#maxMs * 1_000) / 1_000;
  }
}
