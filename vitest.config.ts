import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { needs } from './test/support/needs.ts';

/**
 * One project a kind of test. Unit and property are pure and quick; the others start what they need themselves. Kinds run
 * one after the other, and whole sales that want the machine for themselves (a stack, or `@module-tag alone`) one at a time:
 * two of them on two cores would measure each other.
 */
const kinds = ['unit', 'property', 'contract', 'integration', 'cli', 'e2e', 'e2e-alone'] as const;

const wholeSales = globSync('test/e2e/**/*.test.ts', { cwd: import.meta.dirname });
const alone = wholeSales.filter((path) =>
  /@module-tag (kafka|alone)/.test(readFileSync(join(import.meta.dirname, path), 'utf8')),
);

export default defineConfig({
  test: {
    reporters: ['default', './test/support/count-skips.ts'],
    tags: Object.entries({ ...needs, alone: 'the machine for itself' }).map(([name, description]) => ({
      name,
      description,
    })),
    projects: kinds.map((kind, order) => ({
      test: {
        name: kind,
        include: kind === 'e2e-alone' ? alone : [`test/${kind}/**/*.test.ts`, `test/${kind}/**/*.test.tsx`],
        exclude: kind === 'e2e' ? alone : [],
        testTimeout: kind === 'unit' || kind === 'property' ? 10_000 : 120_000,
        hookTimeout: 60_000,
        sequence: { groupOrder: order },
        // Three on two cores: they wait for other processes half of their time.
        maxWorkers: kind === 'e2e-alone' ? 1 : 3,
        // They leave nothing behind in their process: one for all of them saves two thirds of their time.
        isolate: kind !== 'unit' && kind !== 'property',
        // Pure tests need nothing, and shall not wait for a download.
        globalSetup: kind === 'unit' ? [] : './test/support/bring-needs.ts',
        runner: './test/support/needs-runner.ts',
      },
    })),
  },
});
