import { afterAll, beforeAll, describe, test } from 'vitest';
import { proveScenario, shippedScenarioNames, startScenarioServer } from '../support/shipped-scenario.ts';

/** The others take minutes together. */
const short: readonly string[] = ['smoke'];
/** On a slow machine, with what is left to verify. */
const longestMs = 5 * 60_000;

let server: Awaited<ReturnType<typeof startScenarioServer>>;

beforeAll(async () => {
  server = await startScenarioServer();
}, 120_000);

afterAll(() => server?.remove());

describe('a scenario that ships', () => {
  // soak.test.ts has the evening
  for (const name of shippedScenarioNames.filter((each) => each !== 'soak')) {
    const options = { tags: short.includes(name) ? [] : ['long'], timeout: longestMs };
    test(`runs on a server, and proves what it is for: ${name}`, options, () => proveScenario(name, server, longestMs));
  }
});
