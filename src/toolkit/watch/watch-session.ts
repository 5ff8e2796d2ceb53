import type { Feed } from './feed.ts';
import { chosenSale, type Scene, sceneOf } from './scene.ts';
import { type Key, press, type SaleStep, type Ui, type Wanted } from './ui.ts';
import type { WatchState } from './watch-state.ts';

export interface SessionUse {
  readonly feed: Feed;
  readonly ui: Ui;
  /** Changes the sale; resolves to what it is then. */
  readonly changeSale: (saleId: string, step: SaleStep) => Promise<string>;
  readonly onQuit: () => void;
}

/** What is on the screen and what keys do to it, without the screen. */
export class WatchSession {
  readonly #use: SessionUse;
  readonly #listeners = new Set<() => void>();
  readonly #stopListening: () => void;
  #ui: Ui;
  #frozen: { readonly state: WatchState; readonly nowMs: number } | null = null;
  #scene: Scene;

  constructor(use: SessionUse) {
    this.#use = use;
    this.#ui = use.ui;
    this.#scene = this.#look();
    this.#stopListening = use.feed.onChange(() => this.#onFeed());
  }

  get scene(): Scene {
    return this.#scene;
  }

  /** Bound, for React's useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  press(key: Key): void {
    const { feed } = this.#use;
    const before = this.#ui;
    const sale = chosenSale(feed.state, before.saleId);
    const saleIds = feed.state.server?.stats.sales.map(({ saleId }) => saleId) ?? [];
    const { ui, wanted } = press(before, key, { saleIds, saleId: sale?.saleId ?? null });
    this.#ui = ui;
    if (ui.frozen !== before.frozen) this.#frozen = ui.frozen ? { state: feed.state, nowMs: feed.nowMs } : null;
    if (ui.replay !== null && ui.replay !== before.replay) feed.tape?.pace(ui.replay);
    if (wanted !== null) this.#answer(wanted);
    this.#draw();
  }

  close(): void {
    this.#stopListening();
    this.#listeners.clear();
  }

  #answer(wanted: Wanted): void {
    const { feed, onQuit } = this.#use;
    switch (wanted.kind) {
      case 'quit':
        onQuit();
        return;
      case 'seek':
        feed.tape?.seek(wanted.byMs);
        return;
      case 'seek-to':
        feed.tape?.seekTo(wanted.share);
        return;
      case 'step':
        this.#notice({ text: `${wanted.saleId}: asking the server`, bad: false });
        this.#use.changeSale(wanted.saleId, wanted.step).then(
          (openness) => this.#notice({ text: `${wanted.saleId} is ${openness}`, bad: false }),
          (error: unknown) => this.#notice({ text: error instanceof Error ? error.message : String(error), bad: true }),
        );
        return;
      default:
        wanted satisfies never;
    }
  }

  #notice(notice: NonNullable<Ui['notice']>): void {
    this.#ui = { ...this.#ui, notice };
    this.#draw();
  }

  #onFeed(): void {
    const { replay } = this.#ui;
    const playing = this.#use.feed.tape?.playing;
    // A recording stops by itself at its end.
    if (replay !== null && playing !== undefined && playing !== replay.playing) {
      this.#ui = { ...this.#ui, replay: { ...replay, playing } };
    }
    if (this.#frozen === null) this.#draw();
  }

  #draw(): void {
    this.#scene = this.#look();
    for (const listener of this.#listeners) listener();
  }

  #look(): Scene {
    const { state, nowMs } = this.#frozen ?? this.#use.feed;
    return sceneOf(state, this.#ui, nowMs);
  }
}
