import { EventEmitter } from 'node:events';
import { stripVTControlCharacters } from 'node:util';

/** Synchronized output: a terminal that knows it shows the frame at once, another ignores it. (contour-terminal, vt-extensions) */
const beginFrame = '\u001b[?2026h';
const endFrame = '\u001b[?2026l';
const clearScreen = '\u001b[2J';
const eraseRest = '\u001b[0K';
/** A screen of its own, without a cursor: what stood there before comes back. (xterm, DEC private modes) */
const enterScreen = '\u001b[?1049h\u001b[?25l';
const leaveScreen = '\u001b[?25h\u001b[?1049l';

interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/**
 * What Ink writes its frames to. Ink draws a frame that fills the terminal by clearing it, which flickers; here only the lines that
 * changed are written, each at its place.
 */
export class ScreenPainter extends EventEmitter {
  readonly #terminal: Terminal;
  #shown: readonly string[] = [];
  #open = true;
  #resized = false;

  constructor(terminal: Terminal) {
    super();
    this.#terminal = terminal;
    terminal.write(enterScreen + clearScreen);
    terminal.on('resize', this.#onResize);
  }

  get columns(): number {
    return this.#terminal.columns || 80; // a pseudo-terminal without a size says 0
  }

  get rows(): number {
    return this.#terminal.rows || 24;
  }

  /** A whole frame. */
  write(frame: string): boolean {
    // Ink also writes what erases its last frame, which is nothing where it keeps none.
    if (!this.#open || frame === '') return true;
    const lines = frame.split('\n').slice(0, this.rows);
    // After a resize Ink draws the frame of the old size once more: wider than the terminal it would wrap.
    if (this.#resized && lines.some((line) => stripVTControlCharacters(line).length > this.columns)) return true;
    this.#resized = false;
    const text = changedLines(this.#shown, lines, this.columns);
    this.#shown = lines;
    if (text !== '') this.#terminal.write(beginFrame + text + endFrame);
    return true;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#terminal.off('resize', this.#onResize);
    this.#terminal.write(leaveScreen);
  }

  readonly #onResize = (): void => {
    // The terminal has wrapped or cut what stood there.
    this.#shown = [];
    this.#resized = true;
    this.#terminal.write(clearScreen);
    this.emit('resize');
  };
}

/** What turns one frame into the next on a terminal of so many columns. Pure. */
export function changedLines(before: readonly string[], after: readonly string[], columns: number): string {
  let text = '';
  for (let row = 0; row < Math.max(before.length, after.length); row += 1) {
    const line = after[row] ?? '';
    if (line === (before[row] ?? '')) continue;
    // Behind a full line the cursor still stands on its last cell, which erasing the rest would take.
    const isFull = stripVTControlCharacters(line).length >= columns;
    text += `\u001b[${row + 1};1H${line}${isFull ? '' : eraseRest}`;
  }
  return text;
}
