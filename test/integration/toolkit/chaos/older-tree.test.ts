import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeOlderTree } from '../../../../src/toolkit/chaos/faults/process/older-tree.ts';
import { packageRoot } from '../../../../src/toolkit/chaos/system/program.ts';

const migrationsOf = (tree: string) => readdirSync(join(tree, 'dist/adapters/postgres/migrations')).sort();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-older-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('an older version is this program without its newest migration, and it runs', () => {
  const program = makeOlderTree(join(folder, 'tree'));

  const all = migrationsOf(packageRoot);
  const newest = all.at(-1)?.slice(0, 5) ?? '';
  expect(migrationsOf(join(folder, 'tree'))).toEqual(all.filter((name) => !name.startsWith(newest)));
  expect(all.filter((name) => name.startsWith(newest))).toHaveLength(2);
  const said = execFileSync(process.execPath, [program, '--version'], { encoding: 'utf8' });
  expect(said).toContain('fluxgate/');
});
