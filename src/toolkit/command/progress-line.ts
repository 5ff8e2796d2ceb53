import { isWatched } from './is-watched.ts';

/** Where nobody watches, a log should not fill: a line every five seconds. */
const plainEveryMs = 5_000;

export interface ProgressLine {
  /** How far it is. Called as often as that changes. */
  tell(text: string): void;
  /** Leaves the cursor on an empty line. */
  done(): void;
}

/** Progress on stderr, in motion where a person looks at it. */
export function progressOnStderr(): ProgressLine {
  return progressLine(process.stderr, isWatched(process.stderr));
}

/** Tells progress in one line that is written over and over on a terminal (`motion`), and in plain lines elsewhere. */
export function progressLine(
  out: { write(text: string): unknown; readonly columns?: number },
  motion: boolean,
  nowMs: () => number = () => performance.now(),
): ProgressLine {
  let shown = false;
  let toldMs = nowMs();
  return {
    tell(text) {
      if (motion) {
        // one column is left free: a full line would wrap and scroll
        out.write(`\r\x1b[2K${text.slice(0, Math.max(10, (out.columns ?? 80) - 1))}`);
        shown = true;
      } else if (nowMs() - toldMs >= plainEveryMs) {
        out.write(`${text}\n`);
        toldMs = nowMs();
      }
    },
    done() {
      if (shown) out.write('\r\x1b[2K');
      shown = false;
    },
  };
}
