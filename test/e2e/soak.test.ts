// @module-tag minutes
import { expect, onTestFinished, test } from 'vitest';
import { proveScenario, shippedScenarioNames, startScenarioServer } from '../support/shipped-scenario.ts';

/** A quarter of an hour of selling, and what it leaves to verify on a slow machine. */
const longestMs = 30 * 60_000;

test('the soak test that ships sells for a quarter of an hour, and proves what it is for', {
  tags: ['long'],
  timeout: longestMs,
}, async () => {
  expect(shippedScenarioNames).toContain('soak');
  const server = await startScenarioServer();
  onTestFinished(() => server.remove());

  await proveScenario('soak', server, longestMs);
});
