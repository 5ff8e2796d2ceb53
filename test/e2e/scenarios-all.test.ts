// @module-tag alone
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proveScenario, shippedScenarioNames, startScenarioServer } from '../support/shipped-scenario.ts';

/** On a slow machine, with what is left to verify. */
const longestMs = 5 * 60_000;
/** These have tests of their own: scenarios.test.ts and soak.test.ts. */
const elsewhere: readonly string[] = ['smoke', 'soak'];
const names = shippedScenarioNames.filter((name) => !elsewhere.includes(name));

let server: Awaited<ReturnType<typeof startScenarioServer>>;

beforeAll(async () => {
  expect(names.length).toBeGreaterThan(5);
  server = await startScenarioServer();
}, 120_000);

afterAll(() => server?.remove());

test.each(names)(
  'the scenario %s runs on a server, and proves what it is for',
  {
    tags: ['long'],
    timeout: longestMs,
  },
  (name) => proveScenario(name, server, longestMs),
);
