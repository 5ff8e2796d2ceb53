import type { WatchState } from './watch-state.ts';

/** Where a dashboard has its state from: the live server, or a recording. */
export interface Feed {
  readonly state: WatchState;
  /** The time that the dashboard shows: of the clock, or of the recording. */
  readonly nowMs: number;
  /** Called after each change of either. */
  onChange(listener: () => void): () => void;
  /** Of a recording only. */
  readonly tape: Tape | null;
  close(): void;
}

export interface Tape {
  seek(byMs: number): void;
  /** To a share of its length, 0 to 1. */
  seekTo(share: number): void;
  pace(pace: { readonly speed: number; readonly playing: boolean }): void;
  /** False at its end, where it stops by itself. */
  readonly playing: boolean;
}
