import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import type { Need } from '../../support/needs.ts';

const house = join(import.meta.dirname, '../../..');

/** What starts the processes that a machine may lack. */
const starters: Readonly<Record<string, readonly Need[]>> = {
  'test/support/redis-process.ts': ['redis'],
  'test/support/kafka-process.ts': ['kafka'],
  'test/support/throwaway-stack.ts': ['redis', 'kafka'],
  'test/support/supervised.ts': ['linux'],
  'test/support/run-tlc.ts': ['tlc'],
  'src/compose-bench-order.ts': ['redis', 'kafka'],
};

const imported = new Map<string, ReadonlySet<string>>();

/** The files that a file imports, and those that they import. Types alone start nothing. */
function importsOf(path: string): ReadonlySet<string> {
  const known = imported.get(path);
  if (known !== undefined) return known;
  const found = new Set<string>([path]);
  imported.set(path, found);
  const text = readFileSync(join(house, path), 'utf8');
  for (const [, to = ''] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gm))
    for (const further of importsOf(relative(house, join(house, dirname(path), to)))) found.add(further);
  return found;
}

const files = readdirSync(join(house, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.test\.tsx?$/.test(path))
  .map((path) => join('test', path));

test('every test file says what it needs of the machine: a comment with @module-tag for each need', () => {
  const unsaid = files.flatMap((path) => {
    const said = new Set(
      [...readFileSync(join(house, path), 'utf8').matchAll(/^\/\/ @module-tag (\w+)$/gm)].map(([, need]) => need),
    );
    const needed = [...importsOf(path)].flatMap((file) => starters[file] ?? []);
    return needed.filter((need) => !said.has(need)).map((need) => `${path}: ${need}`);
  });

  expect(files.length).toBeGreaterThan(100);
  expect(unsaid).toEqual([]);
});
