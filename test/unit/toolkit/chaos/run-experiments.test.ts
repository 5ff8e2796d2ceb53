import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { stackParts } from '../../../../src/compose-stack.ts';
import type { Experiment } from '../../../../src/toolkit/chaos/experiment/experiment.ts';
import type { ChaosResult } from '../../../../src/toolkit/chaos/run/chaos-result.ts';
import { runExperiments } from '../../../../src/toolkit/chaos/run/run-experiments.ts';
import type { ChaosHost } from '../../../../src/toolkit/chaos/system/chaos-host.ts';

let chaosDir: string;
beforeEach(() => {
  chaosDir = mkdtempSync(join(tmpdir(), 'fluxgate-run-'));
});
afterEach(() => rmSync(chaosDir, { recursive: true, force: true }));

/** An experiment as far as it is read before a system is started. */
function experiment(name: string, needs: () => readonly string[]): Experiment {
  return {
    ...{ name, title: name, why: '', seed: 1, needs: [], steadyState: [], recoverWithinMs: 1_000 },
    system: { mode: 'stack', variants: [], ways: [], proxied: false, planted: null },
    expected: { verdict: 'passed', invariant: null, alongside: [], because: null },
    faults: [{ fault: { needs }, parameters: {} }],
  } as unknown as Experiment;
}

it('what was found before a run was cut off is told, with the exit code of the reason', async () => {
  const told: ChaosResult[] = [];
  const skipped = experiment('not here', () => ['embedded']);
  const defect = experiment('defect', () => {
    throw new Error('a defect of ours');
  });

  const running = runExperiments({
    experiments: [skipped, defect],
    shuffleSeed: null,
    chaosDir,
    host: { parts: stackParts } as ChaosHost, // nothing is started
    givenStack: null,
    version: '1',
    signal: new AbortController().signal,
    onEvent: () => {},
    progress: () => {},
    onResult: () => {},
    onCutOff: async (soFar) => told.push(soFar),
  });

  await expect(running).rejects.toThrow('a defect of ours');
  expect(told).toMatchObject([{ exitCode: 1, experiments: [{ name: 'not here', verdict: 'skipped' }] }]);
});
