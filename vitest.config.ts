import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { needs } from './test/support/needs.ts';

/**
 * One project a kind of test, and how many of its files run at a time. Unit and property are pure and quick; the others start
 * what they need themselves and wait for it half of their time. Kinds run one after the other. Whole sales on a stack run two
 * at a time; those that hold something against the clock (`@module-tag alone`) have the machine for themselves. What takes
 * minutes in the long form (`@module-tag minutes`) begins first in its kind, so that nothing waits for it in the end.
 */
const kinds = {
  unit: 2,
  property: 2,
  contract: 3,
  integration: 3,
  cli: 3,
  e2e: 3,
  'e2e-stack': 2,
  'e2e-alone': 1,
} as const;

/** A broker of a short test lives for seconds, and spends half of its processor time on compiling itself (TLC has its own flags). */
const env =
  process.env.FLUXGATE_LONG === '1'
    ? {}
    : { JDK_JAVA_OPTIONS: process.env.JDK_JAVA_OPTIONS ?? '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' };

const wholeSales = globSync('test/e2e/**/*.test.ts', { cwd: import.meta.dirname });
const isTagged = (path: string, tag: string): boolean =>
  readFileSync(resolve(import.meta.dirname, path), 'utf8').includes(`@module-tag ${tag}\n`);
const alone = wholeSales.filter((path) => isTagged(path, 'alone'));
// An evening of selling without a stack goes on beside those on one: it takes as long and needs little.
const onStack = wholeSales.filter(
  (path) => (isTagged(path, 'kafka') || isTagged(path, 'minutes')) && !alone.includes(path),
);

function filesOf(kind: string): { readonly include: string[]; readonly exclude: string[] } {
  if (kind === 'e2e-alone') return { include: alone, exclude: [] };
  if (kind === 'e2e-stack') return { include: onStack, exclude: [] };
  return {
    include: [`test/${kind}/**/*.test.ts`, `test/${kind}/**/*.test.tsx`],
    exclude: kind === 'e2e' ? [...alone, ...onStack] : [],
  };
}

class MinutesFirst extends BaseSequencer {
  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project, moduleId }: TestSpecification): number =>
      project.config.sequence.groupOrder + (isTagged(moduleId, 'minutes') ? 0 : 0.5);
    return (await super.sort(specs)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: MinutesFirst },
    reporters: ['default', './test/support/count-skips.ts'],
    tags: Object.entries({ ...needs, alone: 'the machine for itself', minutes: 'begins first' }).map(
      ([name, description]) => ({
        name,
        description,
      }),
    ),
    projects: Object.entries(kinds).map(([kind, maxWorkers], order) => ({
      test: {
        name: kind,
        env,
        ...filesOf(kind),
        testTimeout: kind === 'unit' || kind === 'property' ? 10_000 : 120_000,
        hookTimeout: 60_000,
        sequence: { groupOrder: order },
        maxWorkers,
        // They leave nothing behind in their process: one for all of them saves two thirds of their time.
        isolate: kind !== 'unit' && kind !== 'property',
        // Pure tests need nothing, and shall not wait for a download.
        globalSetup: kind === 'unit' ? [] : './test/support/bring-needs.ts',
        runner: './test/support/needs-runner.ts',
      },
    })),
  },
});
