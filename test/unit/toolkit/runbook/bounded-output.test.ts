import { describe, expect, it } from 'vitest';
import { BoundedOutput } from '../../../../src/toolkit/runbook/run/bounded-output.ts';

function heard(write: (stream: ReturnType<BoundedOutput['stream']>) => void, mask = (text: string) => text) {
  const lines: string[] = [];
  const output = new BoundedOutput({ mask, tell: (line) => void lines.push(line) });
  const stream = output.stream();
  write(stream);
  stream.end();
  return { lines, text: output.text };
}

describe('what a command said', () => {
  it('is whole where it is short, however it arrived, with a last line that has no end', () => {
    const { lines, text } = heard((stream) => {
      for (const chunk of ['fi', 'rst\nsec', 'ond\r\n\nla', 'st']) stream.write(chunk);
    });

    expect(lines).toEqual(['first', 'second', '', 'last']);
    expect(text).toBe('first\nsecond\n\nlast\n');
  });

  it('has a beginning, an end and a bound, and says what is missing', () => {
    const { lines, text } = heard((stream) => {
      for (let n = 1; n <= 100_000; n += 1) stream.write(`line ${n}\n`);
    });

    expect(lines).toHaveLength(100_000);
    expect(text.length).toBeLessThan(17_000);
    expect(text).toMatch(/^line 1\nline 2\n/);
    expect(text).toMatch(/\nline 99999\nline 100000\n$/);
    const kept = text.split('\n').length - 2;
    expect(Number(/\.\.\. (\d+) lines left out/.exec(text)?.[1]) + kept).toBe(100_000);
  });

  it('is masked before it is cut, so that no half of a secret stays', () => {
    const secret = 's3cr3t'.repeat(20);
    const { text } = heard(
      (stream) => {
        stream.write(`${'x'.repeat(1_990)}${secret}`);
        stream.write('y'.repeat(500_000));
        stream.write('\nafter\n');
      },
      (line) => line.replaceAll(secret, '*'),
    );

    expect(text).not.toContain('s3cr3t');
    expect(text).toMatch(/\nafter\n$/);
    expect(text.length).toBeLessThan(3_000);
  });
});
