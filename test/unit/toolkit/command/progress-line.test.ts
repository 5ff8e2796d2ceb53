import { describe, expect, it } from 'vitest';
import { progressLine } from '../../../../src/toolkit/command/progress-line.ts';

/** What is written where progress is told at these moments. */
function told(use: { readonly motion: boolean; readonly columns?: number }, text: string, ...atMs: number[]): string[] {
  const written: string[] = [];
  let nowMs = 0;
  const out = { write: (some: string) => written.push(some), columns: use.columns ?? 80 };
  const line = progressLine(out, use.motion, () => nowMs);
  for (nowMs of atMs) line.tell(text);
  line.done();
  return written;
}

describe('the progress of a command', () => {
  it('is one line that fits the terminal, and is gone at the end', () => {
    const written = told({ motion: true, columns: 60 }, 'far '.repeat(40), 0, 100);

    expect(written).toHaveLength(3);
    expect(written[0]).toContain('far far');
    expect(written[0]?.length).toBe(59 + '\r\x1b[2K'.length);
    expect(written.at(-1)).toBe('\r\x1b[2K');
  });

  it('is a plain line every five seconds where nobody watches, without control characters', () => {
    const written = told({ motion: false }, 'far', 100, 4_900, 5_100, 5_300, 9_000, 10_200);

    expect(written).toEqual(['far\n', 'far\n']);
  });
});
