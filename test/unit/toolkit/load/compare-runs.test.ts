import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../../src/toolkit/load/compare/compare-runs.ts';
import { comparisonText } from '../../../../src/toolkit/load/compare/comparison-text.ts';
import { readRuns } from '../../../../src/toolkit/load/compare/read-runs.ts';
import type { LoadResult } from '../../../../src/toolkit/load/load-result.ts';
import { aMeasuredRun } from './a-measured-run.ts';

const tolerance = 0.05;

function named(name: string, result: LoadResult) {
  return { name, result };
}

function aRun(noise: number, result: Partial<LoadResult> = {}) {
  return named(`${noise}.json`, aMeasuredRun({ noise, seconds: 10, perSlice: 20, result }));
}

const machine = { cores: 2, cpu: 'a processor', node: 'v24.0.0', platform: 'linux x64' };

describe('runs that say nothing about each other', () => {
  it.each([
    [
      'another scenario',
      { scenarioDigest: '1'.repeat(64) },
      /differ in the scenario \("A sale" was changed between them\)/,
    ],
    [
      'a scenario of another name',
      { scenarioDigest: '1'.repeat(64), title: 'Soak' },
      /scenario \("A sale" and "Soak"\)/,
    ],
    ['another seed', { seed: 4 }, /differ in the seed \(3 and 4\)/],
    ['another number of cores', { machine: { ...machine, cores: 8 } }, /number of cores \(2 and 8\)/],
    ['another processor', { machine: { ...machine, cpu: 'other' } }, /processor/],
    [
      'an inconclusive run',
      { verdict: 'inconclusive', doubts: ['the generator fell behind'] },
      /2.json is inconclusive: the generator fell behind/,
    ],
    [
      'a run that failed and lost a generator besides',
      { verdict: 'failed', doubts: ['generator 2 of 2 died'] },
      /2.json is doubtful: generator 2 of 2 died/,
    ],
    ['a run that was cut short', { ended: 'hard_stop' }, /did not run to its end/],
  ] as const)('are told: %s', (_what, other, reason) => {
    const { verdict, obstacles, figures } = compareRuns(
      { a: [aRun(1)], b: [aRun(2, other as Partial<LoadResult>)] },
      { tolerance },
    );

    expect(verdict).toBe('not_comparable');
    expect(obstacles.join('\n')).toMatch(reason);
    expect(figures).toEqual([]);
  });

  it('are told among the runs of one side, too', () => {
    const { obstacles } = compareRuns({ a: [aRun(1), aRun(2, { seed: 9 })], b: [aRun(3)] }, { tolerance });

    expect(obstacles).toEqual(['1.json and 2.json differ in the seed (3 and 9)']);
  });
});

describe('a comparison', () => {
  it('finds errors that came up, whatever became of the latencies', () => {
    const failing = named('b.json', aMeasuredRun({ noise: 2, seconds: 10, perSlice: 20, errors: 0.05 }));

    const { verdict, figures } = compareRuns({ a: [aRun(1)], b: [failing] }, { tolerance });

    expect(verdict).toBe('worse');
    expect(figures.find(({ name }) => name === 'errors and drops')).toMatchObject({
      a: 0,
      b: 0.05,
      finding: { kind: 'worse' },
    });
    expect(figures.find(({ name }) => name === 'accepted')).toMatchObject({ finding: { kind: 'worse' } });
  });

  it('calls a sure change the same where it is smaller than the tolerance', () => {
    const [a, b] = [aRun(1), named('b.json', aMeasuredRun({ noise: 1, seconds: 10, perSlice: 20, ms: 10.4 }))];

    expect(compareRuns({ a: [a], b: [b] }, { tolerance: 0.01 }).verdict).toBe('worse');
    expect(compareRuns({ a: [a], b: [b] }, { tolerance: 0.05 }).verdict).toBe('no_difference');
  });

  it('judges no percentile with too few answers beyond it, no maximum, and no run with too few stretches of time', () => {
    const few = (noise: number) => named(`${noise}`, aMeasuredRun({ noise, seconds: 4, perSlice: 5 }));
    const short = (noise: number) => named(`${noise}`, aMeasuredRun({ noise, seconds: 0.5, perSlice: 400 }));
    const judged = (a: LoadResult, b: LoadResult) =>
      compareRuns({ a: [named('a', a)], b: [named('b', b)] }, { tolerance }).figures.filter(
        ({ finding }) => finding.kind !== 'not_judged',
      );

    expect(judged(few(1).result, few(2).result).map(({ name }) => name)).toEqual([
      'p50 of accepted',
      'accepted',
      'errors and drops',
    ]);
    expect(judged(short(1).result, short(2).result)).toEqual([]);
    expect(compareRuns({ a: [short(1)], b: [short(2)] }, { tolerance })).toMatchObject({
      verdict: 'not_comparable',
      obstacles: ['no figure could be judged: take longer runs, or more of them'],
    });
    expect(comparisonText(compareRuns({ a: [few(1)], b: [few(1)] }, { tolerance }))).toMatch(
      /Verdict: no difference that exceeds the noise \(not judged: p99 of accepted\)$/,
    );
  });

  it('says that one run a side knows nothing of what differs from run to run, and that a run is compared with itself', () => {
    const { notes } = compareRuns({ a: [aRun(1)], b: [aRun(1)] }, { tolerance });

    expect(notes.join('\n')).toMatch(/same run stands on both sides[\s\S]*Fewer than 3 runs on a side/);
    const three = (from: number) => [aRun(from), aRun(from + 1), aRun(from + 2)];
    expect(compareRuns({ a: three(1), b: three(4) }, { tolerance }).notes).toEqual([]);
  });
});

describe('the text of a comparison', () => {
  it('has both sides, the change with its noise, and ends with the verdict', () => {
    const slow = named('b.json', aMeasuredRun({ noise: 2, seconds: 10, perSlice: 20, ms: 30 }));

    const text = comparisonText(compareRuns({ a: [aRun(1)], b: [slow] }, { tolerance }));

    expect(text).toMatch(/^A sale: B \(1 run\) against A \(1 run\)$/m);
    expect(text).toMatch(
      /^p50 of accepted, ms +2,000 +[\d.]+ +[\d.]+ +\+\d+(\.\d)? % +\+\d+(\.\d)? to \+\d+(\.\d)? % +worse$/m,
    );
    expect(text).toMatch(/^max of accepted, ms .* - +-$/m);
    expect(text).toContain('Not judged (-):\n  a single answer: max of accepted\n');
    expect(text).toMatch(/Verdict: B is worse in p50 of accepted, p99 of accepted$/);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('says why runs are not comparable', () => {
    const text = comparisonText(compareRuns({ a: [aRun(1)], b: [aRun(2, { seed: 4 })] }, { tolerance }));

    expect(text).toMatch(/Verdict: not comparable\n {2}1.json and 2.json differ in the seed \(3 and 4\)$/);
  });
});

it('refuses more runs than make the answer firmer', async () => {
  const many = Array.from({ length: 17 }, (_, n) => `${n}.json`);

  await expect(readRuns({ a: many, b: ['b.json'] })).rejects.toMatchObject({ code: 'usage' });
});
