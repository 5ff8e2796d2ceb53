import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { bigDigits } from '../../../../src/toolkit/watch/big-digits.ts';
import { curve } from '../../../../src/toolkit/watch/curve.ts';
import { span } from '../../../../src/toolkit/watch/figures.ts';
import { readableLine } from '../../../../src/toolkit/watch/readable-line.ts';
import { changedLines, ScreenPainter } from '../../../../src/toolkit/watch/screen-painter.ts';

describe('curves', () => {
  it('have the highest value at the top, a gap where nothing was seen, and never hide a little', () => {
    expect(curve([0, 1, 1_000, null], 10, 1)).toEqual([' ▁█·']);
  });

  it('go over several lines', () => {
    expect(curve([8, 16], 2, 2)).toEqual([' █', '██']);
  });

  it('show the newest values', () => {
    expect(curve([1, 1, 4], 1, 1)).toEqual(['█']);
    expect(curve([1], 0, 1)).toEqual(['']);
  });
});

describe('big digits', () => {
  it('are drawn in half blocks', () => {
    expect(bigDigits('1,0', 1)).toEqual(['▄█    █▀█', ' █  ▄ █ █', '▀▀▀ ▀ ▀▀▀']);
  });

  it('are twice as large at scale 2', () => {
    expect(bigDigits('7', 2)).toEqual(['██████', '    ██', '    ██', '  ██  ', '  ██  ']);
  });
});

describe('a frame', () => {
  it('is painted line by line, only where it changed', () => {
    expect(changedLines(['a', 'b'], ['a', 'c'], 80)).toBe('\u001b[2;1Hc\u001b[0K');
    expect(changedLines(['a'], ['a'], 80)).toBe('');
  });

  it('clears lines that are no more, and leaves the last cell of a full line', () => {
    expect(changedLines(['a', 'b'], ['a'], 80)).toBe('\u001b[2;1H\u001b[0K');
    expect(changedLines([], ['\u001b[1mabc\u001b[22m'], 3)).toBe('\u001b[1;1H\u001b[1mabc\u001b[22m');
  });
});

describe('a line of a log', () => {
  it('moves no cursor and rings no bell', () => {
    expect(readableLine('\u001b[2Jred \u001b[31malert\u0007\u001b[0m\ttab')).toBe('red alert  tab');
  });

  it('of pino is put into words', () => {
    const line =
      '{"level":40,"time":1764234000000,"pid":1,"hostname":"h","flow":"hold","err":{"code":"gate_unreachable"},"msg":"a flow failed"}';

    expect(readableLine(line)).toBe('09:00:00 warn a flow failed flow=hold err=gate_unreachable');
    expect(readableLine('{ not json')).toBe('{ not json');
    expect(readableLine('{"level":40,"msg":"odd","time":1e99}')).toContain('odd');
  });
});

describe('a span of time', () => {
  it('is told in the largest unit that says it', () => {
    expect([80, 12_000, 150_000, 7_200_000].map(span)).toEqual(['0.1 s', '12 s', '3 min', '2.0 h']);
  });
});

describe('a screen', () => {
  it('is cleared when its size changes, and shows no frame that is wider than it', () => {
    const written: string[] = [];
    const terminal = Object.assign(new EventEmitter(), {
      columns: 10,
      rows: 2,
      write: (text: string) => void written.push(text),
    });
    const painter = new ScreenPainter(terminal);
    painter.write('0123456789\nb');
    terminal.columns = 5;
    written.length = 0;

    terminal.emit('resize');
    painter.write('');
    painter.write('0123456789\nb');
    painter.write('01234\nb');
    painter.close();
    painter.write('late');

    expect(written).toEqual([
      '\u001b[2J',
      '\u001b[?2026h\u001b[1;1H01234\u001b[2;1Hb\u001b[0K\u001b[?2026l',
      '\u001b[?25h\u001b[?1049l',
    ]);
    expect(terminal.listenerCount('resize')).toBe(0);
  });
});
