import type { HistoryOutcome } from '../../history/history-entry.ts';
import type { LoadProgress, OutcomeCounts } from '../../load/load-progress.ts';

interface Tick {
  /** When it came, on the clock of this process. */
  readonly atMs: number;
  readonly elapsedMs: number;
  readonly outcomes: OutcomeCounts;
  readonly p99Ms: number | null;
}

/** Ten minutes of four ticks a second: longer than any window. */
const ticksKept = 2_400;
/** Four ticks: no tick for so long, and buyers have gone or nobody counts them. What they said before is no news. */
const freshMs = 1_000;

/** What buyers heard in the last seconds, from the progress of the load. Nothing once they have gone. */
export class AnswerWindow {
  readonly #ticks: Tick[] = [];
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  add({ elapsedMs, outcomes, window }: Pick<LoadProgress, 'elapsedMs' | 'outcomes' | 'window'>): void {
    this.#ticks.push({ atMs: this.#nowMs(), elapsedMs, outcomes, p99Ms: window.p99Ms });
    if (this.#ticks.length > ticksKept) this.#ticks.shift();
  }

  /** These outcomes as a part of all answers of the window; null where there was none. */
  share(outcomes: readonly HistoryOutcome[], windowMs: number): number | null {
    const { counts, all } = this.#since(windowMs);
    return all === 0 ? null : sumOf(counts, outcomes) / all;
  }

  /** Answers of these outcomes a second; null before the first second. */
  rate(outcomes: readonly HistoryOutcome[], windowMs: number): number | null {
    const { counts, spanMs } = this.#since(windowMs);
    return spanMs <= 0 ? null : (sumOf(counts, outcomes) / spanMs) * 1_000;
  }

  /** The highest of the 99th percentiles of the window's quarters of a second; null where nothing was answered. */
  slowestMs(windowMs: number): number | null {
    const { ticks } = this.#since(windowMs);
    const known = ticks.flatMap(({ p99Ms }) => (p99Ms === null ? [] : [p99Ms]));
    return known.length === 0 ? null : Math.max(...known);
  }

  #since(windowMs: number) {
    const last = this.#ticks.at(-1);
    if (last === undefined || this.#nowMs() - last.atMs > freshMs) return { counts: {}, all: 0, spanMs: 0, ticks: [] };
    const from = last.elapsedMs - windowMs;
    const before = this.#ticks.findLast(({ elapsedMs }) => elapsedMs <= from);
    const counts = minus(last.outcomes, before?.outcomes ?? {});
    return {
      counts,
      all: Object.values(counts).reduce((sum, n) => sum + n, 0),
      spanMs: last.elapsedMs - (before?.elapsedMs ?? 0),
      ticks: this.#ticks.filter(({ elapsedMs }) => elapsedMs > from),
    };
  }
}

function minus(now: OutcomeCounts, before: OutcomeCounts): OutcomeCounts {
  const pairs = Object.entries(now) as [HistoryOutcome, number][]; // its keys are outcomes
  return Object.fromEntries(pairs.map(([outcome, n]) => [outcome, n - (before[outcome] ?? 0)]));
}

function sumOf(counts: OutcomeCounts, outcomes: readonly HistoryOutcome[]): number {
  return outcomes.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);
}
