// @module-tag redis
// @module-tag kafka
// @module-tag alone
// @module-tag linux
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shippedExperiments } from '../../src/toolkit/chaos/experiment/read-experiment.ts';
import type { ChaosResult } from '../../src/toolkit/chaos/run/chaos-result.ts';
import { runCli } from '../support/cli.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';

/** A minute and a half each, on a slow machine. */
const deadlineMs = 90_000 * shippedExperiments().length;

let folder: ThrowawayFolder;

beforeAll(() => {
  folder = throwawayFolder();
});

afterAll(() => folder.remove());

test('every experiment that ships ends as it is expected to, in an order of chance', {
  timeout: deadlineMs,
  tags: ['long'],
}, async () => {
  const { stdout, stderr } = await runCli(['chaos', 'run', '--all', '--shuffle', '--json'], {
    cwd: folder.path,
    deadlineMs,
  });

  const { experiments, shuffleSeed } = JSON.parse(stdout) as ChaosResult; // our own command's document
  const failed = experiments.filter(({ asExpected, verdict }) => !asExpected && verdict !== 'skipped');
  expect(
    failed.map(({ name, verdict, reasons }) => ({ name, verdict, reasons })),
    `seed ${shuffleSeed}\n${stderr}`,
  ).toEqual([]);
  expect(experiments.length).toBe(shippedExperiments().length);
});
