import { describe, expect, it } from 'vitest';
import { experimentPath, readExperiment } from '../../../../src/toolkit/chaos/experiment/read-experiment.ts';
import { templateText } from '../../../../src/toolkit/chaos/experiment/template.ts';
import { chaosJunitText } from '../../../../src/toolkit/chaos/report/chaos-junit.ts';
import { markdownText } from '../../../../src/toolkit/chaos/report/markdown-text.ts';
import { timelinePicture } from '../../../../src/toolkit/chaos/report/timeline-picture.ts';
import type { ChaosResult, ExperimentResult } from '../../../../src/toolkit/chaos/run/chaos-result.ts';
import { namesOf } from '../../../../src/toolkit/chaos/run/chosen-experiments.ts';
import { explainText } from '../../../../src/toolkit/chaos/text/explain-text.ts';
import { listed, listText } from '../../../../src/toolkit/chaos/text/list-text.ts';
import { resultText } from '../../../../src/toolkit/chaos/text/result-text.ts';

const passed: ExperimentResult = {
  name: 'one',
  title: 'Something | happens',
  why: 'To learn.',
  seed: 1,
  verdict: 'passed',
  expected: { verdict: 'passed', invariant: null, because: null },
  asExpected: true,
  exitCode: 0,
  summary: 'every promise kept',
  reasons: [],
  startedAt: '2026-11-23T16:00:00.000Z',
  tookMs: 12_340,
  saleId: 'sale',
  faults: [
    {
      fault: 'pause',
      target: 'redis',
      says: 'redis stands still',
      injectedMs: 1_000,
      undoneMs: 3_000,
      evidence: { seen: true, what: 'process 1 stands still' },
      failed: null,
    },
  ],
  probes: [{ title: 'lag', min: null, max: 5, check: ['after'] }],
  samples: [
    { atMs: 0, values: [0] },
    { atMs: 1_500, values: [9] },
    { atMs: 3_500, values: [null] },
    { atMs: 4_000, values: [1] },
  ],
  recovery: { withinMs: 5_000, tookMs: 1_000 },
  load: { title: 'Buyers', sent: 10, answered: 9, outcomes: { accepted: 9 }, doubts: [] },
  verify: { verdict: 'holds', summary: 'every invariant holds', findings: [] },
  notes: [],
};
const broken: ExperimentResult = {
  ...passed,
  name: 'two',
  verdict: 'violated',
  asExpected: false,
  exitCode: 20,
  summary: 'a promise was broken',
  reasons: ['no-oversell is violated (1): <3 units>'],
};
const skipped: ExperimentResult = {
  ...passed,
  name: 'three',
  verdict: 'skipped',
  asExpected: false,
  samples: [],
  faults: [],
};
const doubtful: ExperimentResult = { ...broken, name: 'four', verdict: 'inconclusive' };
const result: ChaosResult = {
  format: 'fluxgate-chaos',
  version: 1,
  runId: 'run-1',
  startedAt: passed.startedAt,
  tookMs: 50_000,
  shuffleSeed: 77,
  exitCode: 20,
  folder: '/reports/run-1',
  experiments: [passed, broken, skipped, doubtful],
};

describe('the report', () => {
  it('says on the terminal what was not as expected and why, the seed of the order, and where to read on', () => {
    const text = resultText(result);

    expect(text).toContain('ok           one');
    expect(text).toContain('two: violated\n  no-oversell is violated (1): <3 units>');
    expect(text).toContain('1 as expected, 2 not, 1 skipped, in 50.0 s');
    expect(text).toContain('--shuffle --seed 77');
    expect(text).toContain('/reports/run-1/report.md');
  });

  it('is JUnit in which only what was as expected passes', () => {
    const text = chaosJunitText(result);

    expect(text).toContain('tests="4" failures="1" errors="1" skipped="1"');
    expect(text).toContain(
      '<failure type="violated" message="a promise was broken">no-oversell is violated (1): &lt;3 units&gt;',
    );
    expect(text).toContain('<error type="inconclusive"');
    expect(text).toContain('<skipped message=');
  });

  it('is Markdown with a picture for each that ran, and tables that no text breaks', () => {
    const text = markdownText(result);

    expect(text).toContain('![Timeline of one](one.svg)');
    expect(text).not.toContain('three.svg');
    expect(text).toContain('| redis stands still | 1.0 s | 3.0 s | process 1 stands still |');
    expect(text).toContain('| [two](#two) | violated | **no** | 12.3 s | a promise was broken |');
  });

  it('has a lane for each fault and each probe, with the stretches that were not normal', () => {
    const picture = timelinePicture(passed);

    expect(picture).toContain('pause redis');
    expect(picture).toContain('recovery');
    expect(picture.match(/>not normal</g)).toHaveLength(1);
    expect(picture).toContain('not normal: from 1.5 s to 3.5');
    expect(picture).toContain('no answer: from 3.5 s to 4');
  });
});

describe('an explanation', () => {
  it('tells what it is made on, what is normal, what happens and what it teaches', async () => {
    const text = explainText(await readExperiment(experimentPath('server-killed')));

    expect(text).toContain('The only server is killed in the rush');
    expect(text).toContain('a server with everything in it, which is started for it and removed after it');
    expect(text).toContain('nothing is oversold: at most 0');
    expect(text).toMatch(/at 1 s +server-1 .* for 2 s +\(kill\)/);
  });

  it('says what a negative control has to be caught by', async () => {
    const text = explainText(await readExperiment(experimentPath('planted-ack-before-log')));

    expect(text).toContain('its fault is in its code');
    expect(text).toContain('Expected: violated (no-lost-order).');
  });
});

it('the list says what each needs, and why one is skipped here', async () => {
  const experiment = await readExperiment(experimentPath('server-killed'));
  const text = listText([
    listed(experiment),
    { name: 'other', title: 'Other', needs: ['stack'], missing: 'needs docker' },
  ]);

  expect(text).toMatch(/^EXPERIMENT +ON +WHAT HAPPENS\nserver-killed +embedded +The only server/);
  expect(text).toContain('Other (skipped here: needs docker)');
});

it('a template is an experiment that could be run as it stands', async () => {
  const { mkdtemp, rm, writeFile } = await import('node:fs/promises');
  const folder = await mkdtemp('/tmp/fluxgate-template-');
  try {
    await writeFile(`${folder}/mine.yaml`, templateText('mine'));
    expect(await readExperiment(`${folder}/mine.yaml`)).toMatchObject({
      name: 'mine',
      title: 'mine',
      faults: [{ target: 'server-1' }],
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('what to run has to be said: names, or --all', () => {
  expect(namesOf(['one'], false)).toEqual(['one']);
  expect(namesOf([], true)).toEqual([]);
  expect(() => namesOf([], false)).toThrow('which experiment?');
  expect(() => namesOf(['one'], true)).toThrow('name none beside it');
});
