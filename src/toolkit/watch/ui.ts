import { type Tab, tabs } from './layout.ts';

export type SaleStep = 'pause' | 'resume' | 'close';

export interface Dialog {
  readonly step: SaleStep;
  readonly saleId: string;
  /** Of a closing: the name as typed so far. */
  readonly typed: string;
}

/** What the person at the keys has chosen. */
export interface Ui {
  readonly tab: Tab;
  readonly saleId: string | null;
  readonly help: boolean;
  /** The screen stands still; what comes is seen when it goes on. */
  readonly frozen: boolean;
  readonly filter: string;
  /** Whether keys go into the filter. */
  readonly typing: boolean;
  /** Lines up from the end of the log. */
  readonly scroll: number;
  readonly dialog: Dialog | null;
  /** What came of the last step. */
  readonly notice: { readonly text: string; readonly bad: boolean } | null;
  /** Null where it is live. */
  readonly replay: { readonly speed: number; readonly playing: boolean } | null;
}

export const firstUi: Ui = {
  tab: 'overview',
  saleId: null,
  help: false,
  frozen: false,
  filter: '',
  typing: false,
  scroll: 0,
  dialog: null,
  notice: null,
  replay: null,
};

/** A key as the terminal gave it. */
export interface Key {
  readonly input: string;
  readonly name:
    | 'escape'
    | 'return'
    | 'tab'
    | 'backspace'
    | 'up'
    | 'down'
    | 'left'
    | 'right'
    | 'pageUp'
    | 'pageDown'
    | null;
  readonly shift: boolean;
  readonly ctrl: boolean;
}

/** What a key asks of somebody else than the screen. */
export type Wanted =
  | { readonly kind: 'quit' }
  | { readonly kind: 'step'; readonly step: SaleStep; readonly saleId: string }
  | { readonly kind: 'seek'; readonly byMs: number }
  | { readonly kind: 'seek-to'; readonly share: number };

export interface Pressed {
  readonly ui: Ui;
  readonly wanted: Wanted | null;
}

/** What the keys may be about. */
export interface KeyFacts {
  /** All sales, in the server's order. */
  readonly saleIds: readonly string[];
  /** The one on the screen. */
  readonly saleId: string | null;
}

const speeds = [0.25, 0.5, 1, 2, 5, 10, 30, 60] as const;
const seekMs = 10_000;
const page = 10;

/** What a key does. Pure. */
export function press(ui: Ui, key: Key, facts: KeyFacts): Pressed {
  const stays = (change: Partial<Ui>): Pressed => ({ ui: { ...ui, notice: null, ...change }, wanted: null });
  const wants = (wanted: Wanted, change: Partial<Ui> = {}): Pressed => ({
    ui: { ...ui, notice: null, ...change },
    wanted,
  });
  if (key.ctrl && key.input === 'c') return wants({ kind: 'quit' });
  if (ui.dialog !== null) return pressInDialog(ui, ui.dialog, key);
  if (ui.typing) return pressInFilter(ui, key);
  if (ui.help) return stays({ help: false });
  if (key.name === 'escape') return stays({ filter: '', scroll: 0 });
  if (key.name === 'tab') return stays({ tab: neighbour(ui.tab, key.shift ? -1 : 1), scroll: 0 });
  if (key.name === 'up' || key.name === 'down' || key.name === 'pageUp' || key.name === 'pageDown') {
    const by = { up: 1, down: -1, pageUp: page, pageDown: -page }[key.name];
    return stays({ scroll: Math.max(0, ui.scroll + by) });
  }
  if (ui.replay !== null) {
    const pressed = pressInReplay(ui, ui.replay, key);
    if (pressed !== null) return pressed;
  }
  if (key.name === 'left' || key.name === 'right') {
    return stays({ saleId: nextSale(facts, key.name === 'left' ? -1 : 1) });
  }
  const tab = tabs[Number(key.input) - 1];
  if (tab !== undefined) return stays({ tab, scroll: 0 });
  switch (key.input) {
    case 'q':
      return wants({ kind: 'quit' });
    case '?':
    case 'h':
      return stays({ help: true });
    case ' ':
      return stays({ frozen: !ui.frozen });
    case '/':
      // The overview has nothing to search in but the log.
      return stays({ typing: true, tab: ui.tab === 'overview' ? 'log' : ui.tab, scroll: 0 });
    case 'P':
      return askFor('pause');
    case 'R':
      return askFor('resume');
    case 'C':
      return askFor('close');
    default:
      return { ui, wanted: null };
  }

  function askFor(step: SaleStep): Pressed {
    if (ui.replay !== null) return stays({ notice: { text: 'a recording cannot be changed', bad: true } });
    if (facts.saleId === null) return stays({ notice: { text: 'there is no sale to change', bad: true } });
    return stays({ dialog: { step, saleId: facts.saleId, typed: '' }, help: false });
  }
}

function pressInDialog(ui: Ui, dialog: Dialog, key: Key): Pressed {
  const closed: Ui = { ...ui, dialog: null };
  const done: Pressed = { ui: closed, wanted: { kind: 'step', step: dialog.step, saleId: dialog.saleId } };
  const dropped: Pressed = { ui: { ...closed, notice: { text: 'nothing was changed', bad: false } }, wanted: null };
  if (key.name === 'escape') return dropped;
  if (dialog.step !== 'close') return key.input === 'y' ? done : dropped;
  if (key.name === 'return') return dialog.typed === dialog.saleId ? done : dropped;
  const typed =
    key.name === 'backspace' ? dialog.typed.slice(0, -1) : (dialog.typed + typedText(key)).slice(0, maxTyped);
  return { ui: { ...ui, dialog: { ...dialog, typed } }, wanted: null };
}

function pressInFilter(ui: Ui, key: Key): Pressed {
  if (key.name === 'return') return { ui: { ...ui, typing: false }, wanted: null };
  if (key.name === 'escape') return { ui: { ...ui, typing: false, filter: '' }, wanted: null };
  const filter = key.name === 'backspace' ? ui.filter.slice(0, -1) : (ui.filter + typedText(key)).slice(0, maxTyped);
  return { ui: { ...ui, filter, scroll: 0 }, wanted: null };
}

function pressInReplay(ui: Ui, replay: NonNullable<Ui['replay']>, key: Key): Pressed | null {
  const stays = (change: Partial<NonNullable<Ui['replay']>>): Pressed => ({
    ui: { ...ui, notice: null, replay: { ...replay, ...change } },
    wanted: null,
  });
  const seek = (byMs: number): Pressed => ({ ui, wanted: { kind: 'seek', byMs } });
  if (key.name === 'left') return seek(key.shift ? -6 * seekMs : -seekMs);
  if (key.name === 'right') return seek(key.shift ? 6 * seekMs : seekMs);
  switch (key.input) {
    case ' ':
      return stays({ playing: !replay.playing });
    case '+':
    case '=':
      return stays({ speed: speeds.find((speed) => speed > replay.speed) ?? replay.speed });
    case '-':
      return stays({ speed: speeds.findLast((speed) => speed < replay.speed) ?? replay.speed });
    case 'g':
      return { ui, wanted: { kind: 'seek-to', share: 0 } };
    case 'G':
      return { ui, wanted: { kind: 'seek-to', share: 1 } };
    default:
      return null;
  }
}

/** Longer than any sale's name, and than what anybody searches for. */
const maxTyped = 100;

function typedText(key: Key): string {
  return key.name === null && !key.ctrl ? key.input : '';
}

function neighbour(tab: Tab, by: 1 | -1): Tab {
  return tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length] ?? tab;
}

function nextSale({ saleIds, saleId }: KeyFacts, by: 1 | -1): string | null {
  if (saleIds.length === 0) return null;
  const at = saleId === null ? -1 : saleIds.indexOf(saleId);
  return saleIds[(at + by + saleIds.length) % saleIds.length] ?? null;
}
