/** Where nobody watches, a log should not fill: a line every five seconds. */
const plainEveryMs = 5_000;

/** Tells progress in one line that is written over and over on a terminal (`motion`), and in plain lines elsewhere. */
export function progressOn(
  out: { write(text: string): unknown; readonly columns?: number },
  motion: boolean,
): { tell(line: string): void; done(): void } {
  let shown = false;
  let toldMs = performance.now();
  return {
    tell(line) {
      if (motion) {
        // one column is left free: a full line would wrap and scroll
        out.write(`\r\x1b[2K${line.slice(0, Math.max(10, (out.columns ?? 80) - 1))}`);
        shown = true;
      } else if (performance.now() - toldMs >= plainEveryMs) {
        out.write(`${line}\n`);
        toldMs = performance.now();
      }
    },
    done() {
      if (shown) out.write('\r\x1b[2K');
      shown = false;
    },
  };
}
