import { describe, expect, it } from 'vitest';
import { parseWait } from '../../../../src/toolkit/verify/parse-wait.ts';

describe('--wait', () => {
  it.each([
    ['30s', 30_000],
    ['500ms', 500],
    ['2m', 120_000],
    ['0', 0],
    ['0s', 0],
    ['60m', 3_600_000],
  ])('takes %s', (text, ms) => {
    expect(parseWait(text)).toBe(ms);
  });

  it.each(['', '30', '-1s', '1h', '61m', '1.5s', 's', 'soon', '99999999s'])('refuses %j as usage', (text) => {
    expect(() => parseWait(text)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
