import { describe, expect, it } from 'vitest';
import type { LoadProgress } from '../../../../src/toolkit/load/load-progress.ts';
import { loadText, progressText } from '../../../../src/toolkit/load/load-text.ts';
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
  it('says how far it is, at what rate, and how long it takes yet', () => {
    const text = progressText(aProgress());

    expect(text).toContain('25 %, 50 req/s');
    expect(text).toContain('3 s left');
  });

  it('says what it still waits for once everybody has come', () => {
    expect(progressText(aProgress({ phase: 'finishing' }))).toContain('waiting for 3 answers');
  });
});
