import { expect, test } from 'vitest';
import type { HuntedBug } from '../../../../../src/toolkit/simulate/hunt/hunt-bugs.ts';
import { huntedLine, huntHead, huntProgress, huntVerdict } from '../../../../../src/toolkit/simulate/text/hunt-text.ts';

const seed = { seed: 12, invariant: 'no-oversell', kind: 'gate_below_zero', text: '', atMs: 3 };
const found: HuntedBug = { name: 'hold-not-atomic', found: seed, seeds: 12, elapsedMs: 840 };
const hard: HuntedBug = { ...found, name: 'hard', seeds: 1_204, found: { ...seed, seed: 1_204 } };
const missed: HuntedBug = { name: 'missed', found: null, seeds: 10_000, elapsedMs: 61_000 };

test('a row says what caught the bug, how many seeds that took, and how long', () => {
  expect([huntHead(), ...[found, hard, missed].map(huntedLine)].join('\n')).toMatchInlineSnapshot(`
    "Planted bug                             broke             seeds      time
    hold-not-atomic                         no-oversell          12     0.8 s
    hard                                    no-oversell       1,204     0.8 s
    missed                                  not found        10,000    61.0 s"
  `);
});

test('where all are found, the next command replays the one that took most seeds', () => {
  expect(huntVerdict([found, hard])).toBe(
    'Found all 2. Next: fluxgate simulate --planted --bug hard --seed 1204 --trace',
  );
  expect(huntVerdict([found])).toMatch(/^Found it\./);
});

test('what was not found is named, and what that means is said', () => {
  expect(huntVerdict([found, missed])).toMatch(/^Not found: missed\n.*weakness of the simulator/);
});

test('progress names the bug and counts its seeds', () => {
  expect(huntProgress('hard', 2, 36, 1_240)).toBe('2 of 36, hard: 1,240 seeds');
});
