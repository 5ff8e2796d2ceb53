import type { LoadProgress } from './load-progress.ts';
import { progressText } from './load-text.ts';

/** Where nobody watches, a log should not fill: a line every five seconds. */
const plainEveryMs = 5_000;

/**
 * Tells progress on a stream: one line that is written over and over on a terminal (`motion`), plain lines elsewhere.
 * `done` leaves the cursor on an empty line.
 */
export function progressLine(
  out: { write(text: string): unknown; readonly columns?: number },
  motion: boolean,
): { tell(progress: LoadProgress): void; done(): void } {
  let shown = false;
  let nextPlainMs = plainEveryMs;
  return {
    tell(progress) {
      if (motion) {
        // one column is left free: a full line would wrap and scroll
        const text = progressText(progress).slice(0, Math.max(10, (out.columns ?? 80) - 1));
        out.write(`\r\x1b[2K${text}`);
        shown = true;
      } else if (progress.elapsedMs >= nextPlainMs) {
        out.write(`${progressText(progress)}\n`);
        nextPlainMs = progress.elapsedMs + plainEveryMs;
      }
    },
    done() {
      if (shown) out.write('\r\x1b[2K');
      shown = false;
    },
  };
}
