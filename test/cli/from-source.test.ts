import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';

test('`npm run dev` runs the sources, also where a build with its manifest stands beside them', async () => {
  const root = join(import.meta.dirname, '../..');
  const nowhere = join(import.meta.dirname, 'no-such-folder');

  const { code, stderr } = await runCli(['migrate', 'status', '--data-dir', nowhere], {
    entry: join(root, 'bin/dev.js'),
    env: { DEBUG: 'fluxgate' },
  });

  expect(code).toBe(24); // a FluxError that is known again: one copy of every module
  expect(stderr).toContain('/src/compose-ledger.ts');
  expect(stderr).not.toContain('/dist/');
});
