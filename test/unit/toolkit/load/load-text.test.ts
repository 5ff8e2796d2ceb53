import { describe, expect, it } from 'vitest';
import type { LoadProgress } from '../../../../src/toolkit/load/load-progress.ts';
import { loadText } from '../../../../src/toolkit/load/load-text.ts';
import { progressLine } from '../../../../src/toolkit/load/progress-line.ts';
import { aReport, aLoadResult as aResult } from './a-load-result.ts';

function aProgress(more: Partial<LoadProgress> = {}): LoadProgress {
  return {
    elapsedMs: 1_000,
    planMs: 4_000,
    phase: 'arriving',
    plannedArrivals: 200,
    arrived: 50,
    requests: 50,
    answers: 50,
    inFlight: 2,
    retriesWaiting: 1,
    dropped: 0,
    late: 0,
    outcomes: { accepted: 40 },
    window: { requestsPerSecond: 50, answersPerSecond: 50, outcomesPerSecond: {}, p99Ms: 2.5 },
    targetArrivalsPerSecond: 50,
    latencyMs: aReport(1).latencyMs,
    stock: null,
    ...more,
  };
}

describe('the summary of a load run', () => {
  it('shows errors and drops beside the good answers, and that the machine is shared', () => {
    const text = loadText(aResult());

    expect(text).toMatch(/^accepted +2 /m);
    expect(text).toMatch(/^connection_error +1 /m);
    expect(text).toMatch(/^all +3 /m);
    expect(text).toContain('1 dropped');
    expect(text).toContain('Errors:    25.00 %');
    expect(text).toContain('1 x ECONNRESET');
    expect(text).toContain('accepted 2/s, refused 1/s');
    expect(text).toContain('share this machine');
  });

  it('says what to type next where the generator fell behind, as far as the machine has cores', () => {
    const { generator } = aResult();
    const behind = { ...generator, bottleneck: ['late'] };
    const two = { ...behind, processes: [...generator.processes, ...generator.processes] };

    expect(loadText(aResult())).not.toContain('next:');
    expect(loadText(aResult({ generator: behind }))).toContain('--generators 2');
    expect(loadText(aResult({ generator: two }))).toContain('2 processes');
    expect(loadText(aResult({ generator: two }))).toContain('a lower rate');
  });

  it('tells thresholds that were met, failed and could not be measured apart', () => {
    const check = { limit: 5, ok: false, needsHonestGenerator: true };
    const thresholds = [
      { ...check, name: 'one', actual: 4, ok: true },
      { ...check, name: 'two', actual: 6 },
      { ...check, name: 'three', actual: null },
    ];

    const text = loadText(aResult({ thresholds, verdict: 'failed', doubts: ['slow generator'] }));

    expect(text).toMatch(/^one +5 +4 +ok$/m);
    expect(text).toMatch(/^two +5 +6 +FAILED$/m);
    expect(text).toMatch(/^three +5 +none came +unknown$/m);
    expect(text).toMatch(/Verdict: failed\n {2}slow generator$/);
  });
});

describe('the progress of a load run', () => {
  function told(motion: boolean, columns: number, ...steps: LoadProgress[]): string[] {
    const written: string[] = [];
    const line = progressLine({ write: (text) => written.push(text), columns }, motion);
    for (const step of steps) line.tell(step);
    line.done();
    return written;
  }

  it('is one line with rate and time left that fits the terminal, and is gone at the end', () => {
    const written = told(true, 60, aProgress());

    expect(written[0]).toContain('25 %, 50 req/s');
    expect(told(true, 200, aProgress())[0]).toContain('3 s left');
    expect(written[0]?.length).toBeLessThanOrEqual(59 + '\r\x1b[2K'.length);
    expect(written.at(-1)).toBe('\r\x1b[2K');
  });

  it('is a plain line every five seconds where nobody watches, without control characters', () => {
    const steps = [100, 4_900, 5_100, 5_300, 9_000, 10_200].map((elapsedMs) => aProgress({ elapsedMs }));

    const written = told(false, 80, ...steps);

    expect(written).toHaveLength(2);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(written.join('')).not.toMatch(/[\r\x1b]/);
  });

  it('says what it still waits for once everybody has come', () => {
    expect(told(true, 200, aProgress({ phase: 'finishing' }))[0]).toContain('waiting for 3 answers');
  });
});
