/** Buyers that wait for another try are a timer each; a crowd beyond this has lost its patience. */
const maxWaiting = 100_000;

/** Tries that are due later. */
export class RetryQueue {
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  get waiting(): number {
    return this.#timers.size;
  }

  /** False where there is no room, or the run has ended: that order is given up. */
  later(pauseMs: number, task: () => void): boolean {
    if (this.#closed || this.#timers.size >= maxWaiting) return false;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, pauseMs);
    this.#timers.add(timer);
    return true;
  }

  /** Drops whatever waits and says how many that were. */
  close(): number {
    this.#closed = true;
    const given = this.#timers.size;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    return given;
  }
}
