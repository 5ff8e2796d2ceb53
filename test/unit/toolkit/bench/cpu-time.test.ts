import { describe, expect, it } from 'vitest';
import { parseMachineStat } from '../../../../src/toolkit/bench/machine-cpu.ts';
import { parseProcStat } from '../../../../src/toolkit/bench/process-cpu.ts';

describe('the processor time of a process', () => {
  it('is read past a name with blanks and parentheses', () => {
    const rest = 'S 17 100 100 0 -1 4194560 5000 0 0 0 250 50 30 20 20 0 11 0 99 1 2 3';

    expect(parseProcStat(`42 (a ) b) ${rest}`)).toEqual({ parent: 17, seconds: 3.5 });
  });

  it('is null for anything else', () => {
    expect(parseProcStat('nothing')).toBeNull();
  });
});

describe('the processor time of the machine', () => {
  it('is everything but idle and waiting', () => {
    expect(parseMachineStat('cpu  100 20 30 9999 8888 4 5 6 7 8\ncpu0 1 1 1 1 1 1 1 1 1 1\n')).toBe(1.65);
  });

  it('is null for anything else', () => {
    expect(parseMachineStat('intr 5 5 5 5 5 5 5 5 5')).toBeNull();
    expect(parseMachineStat('')).toBeNull();
  });
});
