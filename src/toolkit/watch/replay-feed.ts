import type { Feed, Tape } from './feed.ts';
import type { Sighting } from './sighting.ts';
import { nothingSeen, see, type WatchState } from './watch-state.ts';

/** Ten frames a second. */
const frameMs = 100;

/** A recording that plays: the same fold as live, on a clock of its own. */
export class ReplayFeed implements Feed, Tape {
  readonly #sightings: readonly Sighting[];
  readonly #listeners = new Set<() => void>();
  readonly #firstMs: number;
  readonly #lastMs: number;
  #state: WatchState = nothingSeen;
  #nowMs: number;
  /** How many of the sightings are in the state. */
  #done = 0;
  #speed = 1;
  #playing = false;
  #timer: NodeJS.Timeout | null = null;

  /** `sightings` in the order in which they were seen, at least one. */
  constructor(sightings: readonly Sighting[], fromMs: number) {
    this.#sightings = sightings;
    this.#firstMs = sightings[0]?.atMs ?? 0;
    this.#lastMs = sightings.reduce((last, { atMs }) => Math.max(last, atMs), this.#firstMs);
    this.#nowMs = this.#firstMs;
    this.#goTo(this.#firstMs + fromMs);
  }

  get tape(): Tape {
    return this;
  }

  get state(): WatchState {
    return this.#state;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get playing(): boolean {
    return this.#playing;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  pace({ speed, playing }: { readonly speed: number; readonly playing: boolean }): void {
    this.#speed = speed;
    // Play at the end begins again.
    if (playing && !this.#playing && this.#nowMs >= this.#lastMs) this.#goTo(this.#firstMs);
    this.#playing = playing;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = playing ? setInterval(() => this.advance(frameMs), frameMs) : null;
    this.#tell();
  }

  /** Lets `ms` of real time go by. */
  advance(ms: number): void {
    const { state } = this;
    const second = Math.floor(this.#nowMs / 1_000);
    this.#goTo(this.#nowMs + ms * this.#speed);
    if (this.#nowMs >= this.#lastMs) this.pace({ speed: this.#speed, playing: false });
    // Clocks show seconds: between two of them a frame shows something new only where something was seen.
    else if (this.state !== state || Math.floor(this.#nowMs / 1_000) !== second) this.#tell();
  }

  seek(byMs: number): void {
    this.#goTo(this.#nowMs + byMs);
    this.#tell();
  }

  seekTo(share: number): void {
    this.#goTo(this.#firstMs + share * (this.#lastMs - this.#firstMs));
    this.#tell();
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#listeners.clear();
  }

  #goTo(nowMs: number): void {
    const target = Math.min(this.#lastMs, Math.max(this.#firstMs, nowMs));
    if (target < this.#nowMs) {
      this.#state = nothingSeen;
      this.#done = 0;
    }
    for (
      let next = this.#sightings[this.#done];
      next !== undefined && next.atMs <= target;
      next = this.#sightings[this.#done]
    ) {
      this.#state = see(this.#state, next);
      this.#done += 1;
    }
    this.#nowMs = target;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
