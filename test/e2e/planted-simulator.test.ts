import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';

const folder = join(import.meta.dirname, '..', 'planted', 'simulator');

test('the simulator finds every planted bug', { tags: ['long'], timeout: 3_600_000 }, async () => {
  const { code, stdout } = await runCli(['simulate', '--planted', '--json'], { deadlineMs: 3_500_000 });

  const { bugs }: { bugs: { name: string; found: { text: string } | null }[] } = JSON.parse(stdout);
  expect(bugs.filter(({ found }) => found === null)).toEqual([]);
  expect(bugs.map(({ name }) => `${name}.ts`)).toEqual(readdirSync(folder).sort());
  // whoever throws is found by that, whatever else he does wrong
  expect(bugs.filter(({ found }) => found?.text.includes('no flow handles'))).toEqual([]);
  expect(code).toBe(0);
});
