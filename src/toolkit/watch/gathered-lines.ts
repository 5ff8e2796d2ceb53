/** Of one service between two looks: more is a flood, of which the end counts. */
const maxLines = 1_000;

/** Lines of several services until they are taken, the last thousand of each. */
export class GatheredLines {
  #lines = new Map<string, string[]>();

  add(source: string, line: string): void {
    const lines = this.#lines.get(source);
    if (lines === undefined) {
      this.#lines.set(source, [line]);
      return;
    }
    lines.push(line);
    // not at every line: moving a thousand costs more than keeping another thousand for a moment
    if (lines.length >= 2 * maxLines) lines.splice(0, lines.length - maxLines);
  }

  /** What came since the last time. */
  take(): ReadonlyMap<string, string[]> {
    const taken = this.#lines;
    this.#lines = new Map();
    for (const [source, lines] of taken) taken.set(source, lines.slice(-maxLines));
    return taken;
  }
}
