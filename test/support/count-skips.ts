import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { type Missing, mayBeMissing, type Need, needs } from './needs.ts';

/**
 * Ends a run with one line that counts what was skipped by what is missing on this machine. With CI=true a skip is a
 * failure, unless it may be missing there, too.
 */
export default class CountSkips implements Reporter {
  private narrowed = false;

  onInit({ config }: Vitest): void {
    this.narrowed = config.testNamePattern !== undefined; // it skips all other tests
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const skips = skipsOf(modules, this.narrowed);
    if (skips.size === 0) return;
    const parts = [...skips].map(([reason, { count }]) => `${count} ${reason}`);
    process.stderr.write(`skipped: ${parts.join(', ')}\n`);
    if (process.env.CI !== 'true' || [...skips.values()].every(({ allowed }) => allowed)) return;
    process.stderr.write('With CI=true a skip is a failure: bring what is missing, or remove the `skip`.\n');
    process.exitCode = 1;
  }
}

/** By reason. */
type Skips = ReadonlyMap<string, { readonly count: number; readonly allowed: boolean }>;

function skipsOf(modules: readonly TestModule[], narrowed: boolean): Skips {
  const skips = new Map<string, { count: number; allowed: boolean }>();
  for (const module of modules) {
    if (module.state() === 'failed') continue; // what did not run because something else failed is no skip
    const missing = module.project.getProvidedContext().missing ?? {};
    for (const test of module.children.allTests('skipped')) {
      const need = missingOf(test, missing);
      if (need === undefined && narrowed) continue;
      const reason = need ? `need ${needs[need]} (${missing[need]})` : 'say `skip` and not why';
      const known = skips.get(reason);
      skips.set(reason, {
        count: (known?.count ?? 0) + 1,
        allowed: need !== undefined && mayBeMissing.includes(need),
      });
    }
  }
  return skips;
}

function missingOf(test: TestCase, missing: Missing): Need | undefined {
  // The long form last: a test of it that lacks Kafka lacks Kafka.
  return (Object.keys(needs) as Need[]).find((need) => test.tags.includes(need) && missing[need] !== undefined);
}
