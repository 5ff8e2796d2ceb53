import type { Feed } from './feed.ts';
import type { Sighting } from './sighting.ts';
import { nothingSeen, see, type WatchState } from './watch-state.ts';

/** Ages on the screen go on also where nothing is seen. */
const tickMs = 1_000;
/** Ten frames a second, however many sightings come in between. */
const frameMs = 100;

/** What the sources see, as it comes. */
export class LiveFeed implements Feed {
  readonly tape = null;
  #state: WatchState = nothingSeen;
  readonly #listeners = new Set<() => void>();
  readonly #now: () => number;
  readonly #ticking: NodeJS.Timeout;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #drawing: NodeJS.Timeout | null = null;

  constructor(now: () => number) {
    this.#now = now;
    // Where a sighting has just been drawn, ages have too: a frame costs more than all else here.
    this.#ticking = setInterval(() => {
      if (performance.now() - this.#drawnMs > tickMs / 2) this.#tell();
    }, tickMs);
    this.#ticking.unref();
  }

  get state(): WatchState {
    return this.#state;
  }

  get nowMs(): number {
    return this.#now();
  }

  see(sighting: Sighting): void {
    this.#state = see(this.#state, sighting);
    this.#drawing ??= setTimeout(() => this.#tell(), frameMs).unref();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    clearInterval(this.#ticking);
    if (this.#drawing !== null) clearTimeout(this.#drawing);
    this.#listeners.clear();
  }

  #tell(): void {
    this.#drawing = null;
    this.#drawnMs = performance.now();
    for (const listener of this.#listeners) listener();
  }
}
