import type { HistoryOutcome } from '../history/history-entry.ts';
import type { GeneratorSample } from './generator-watch.ts';
import { SparseBook } from './latency-book.ts';
import type { PartSlice } from './load-part.ts';

/** Lengths of slices, finest first, each up to the run's length that makes as many slices as somebody can look at. */
const lengths: readonly { readonly everyMs: number; readonly upToMs: number }[] = [
  { everyMs: 100, upToMs: 60_000 },
  { everyMs: 1_000, upToMs: 3_600_000 },
  { everyMs: 10_000, upToMs: 36_000_000 },
  { everyMs: 60_000, upToMs: Number.POSITIVE_INFINITY },
];

/** How long a slice is in a run whose plan takes that long: a tenth of a second up to a minute, a second up to an hour. */
export function sliceMsOf(planMs: number): number {
  return lengths.find(({ upToMs }) => planMs <= upToMs)?.everyMs ?? 60_000;
}

class Slice {
  arrived = 0;
  sent = 0;
  retries = 0;
  dropped = 0;
  late = 0;
  inFlight = 0;
  readonly answers = new Map<HistoryOutcome, number>();
  readonly latency = new Map<HistoryOutcome, SparseBook>();
  readonly sendLag = new SparseBook();
  eventLoopDelayMaxMs = 0;
  cpuCores = 0;
  busy = 0;

  part(): PartSlice {
    const { arrived, sent, retries, dropped, late, inFlight, eventLoopDelayMaxMs, cpuCores, busy } = this;
    return {
      ...{ arrived, sent, retries, dropped, late, inFlight, eventLoopDelayMaxMs, cpuCores, busy },
      answers: Object.fromEntries(this.answers),
      latency: Object.fromEntries([...this.latency].map(([outcome, book]) => [outcome, book.encode()])),
      sendLag: this.sendLag.encode(),
    };
  }
}

/** A run in slices of time: its plots are drawn from these. Times are milliseconds since the first scheduled moment. */
export class SliceBook {
  readonly #everyMs: number;
  readonly #last: number;
  readonly #slices: Slice[] = [];

  /** Whatever comes after `endMs`, the hard stop, counts in the last slice. */
  constructor(everyMs: number, endMs: number) {
    this.#everyMs = everyMs;
    this.#last = Math.max(0, Math.ceil(endMs / everyMs) - 1);
  }

  arrived(atMs: number): void {
    this.#at(atMs).arrived += 1;
  }

  dropped(dueMs: number): void {
    this.#at(dueMs).dropped += 1;
  }

  sent(dueMs: number, sent: { readonly lagMs: number; readonly late: boolean; readonly retry: boolean }): void {
    const slice = this.#at(dueMs);
    slice.sent += 1;
    slice.sendLag.record(sent.lagMs);
    if (sent.late) slice.late += 1;
    if (sent.retry) slice.retries += 1;
  }

  /** A slow request is sent with its last byte. Nobody wanted it at a moment, so that it has no lag. */
  slowlySent(sentMs: number): void {
    this.#at(sentMs).sent += 1;
  }

  /** The answer counts when it came, its latency when it was due: a stall shows as those saw it who came into it. */
  answered(outcome: HistoryOutcome, dueMs: number, doneMs: number): void {
    const { answers } = this.#at(doneMs);
    answers.set(outcome, (answers.get(outcome) ?? 0) + 1);
    const { latency } = this.#at(dueMs);
    let book = latency.get(outcome);
    if (book === undefined) {
      book = new SparseBook();
      latency.set(outcome, book);
    }
    book.record(doneMs - dueMs);
  }

  /** How the generator was over the slice that holds `atMs`, and how much is under way at its end. */
  sampled(atMs: number, inFlight: number, sample: GeneratorSample): void {
    Object.assign(this.#at(atMs), { inFlight, ...sample });
  }

  parts(): PartSlice[] {
    return this.#slices.map((slice) => slice.part());
  }

  #at(ms: number): Slice {
    const index = Math.min(this.#last, Math.max(0, Math.floor(ms / this.#everyMs)));
    let slice = this.#slices[index];
    while (slice === undefined) {
      slice = new Slice();
      this.#slices.push(slice);
      slice = this.#slices[index];
    }
    return slice;
  }
}
