import { expect, onTestFinished, test } from 'vitest';
import { proveScenario, shippedScenarioNames, startScenarioServer } from '../support/shipped-scenario.ts';

// scenarios-all.test.ts and soak.test.ts have the others: they take minutes
test('the smoke test that ships runs on a server, and proves what it is for', async () => {
  expect(shippedScenarioNames).toContain('smoke');
  const server = await startScenarioServer();
  onTestFinished(() => server.remove());

  await proveScenario('smoke', server, 60_000);
});
