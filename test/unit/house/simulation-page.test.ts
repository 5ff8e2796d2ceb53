import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { composeSimulation } from '../../../src/compose-simulation.ts';
import { storyKinds } from '../../../src/toolkit/simulate/plan/plan.ts';
import { savedWorldSchema } from '../../../src/toolkit/simulate/saved/saved-world-schema.ts';
import { planOf } from '../../../src/toolkit/simulate/seeds/run-seed.ts';
import { shrinkLimits } from '../../../src/toolkit/simulate/shrink/shrink-plan.ts';

const page = await readFile(new URL('../../../docs/simulation.md', import.meta.url), 'utf8');

/** First cells of the table with this head. */
function rowsUnder(head: string): readonly string[] {
  const [, table = ''] = page.split(`| ${head} |`);
  const [rows = ''] = table.split('\n\n');
  return [...rows.matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name);
}

/** What is allowed under `kind` or the like, in all branches of a schema. */
function allowed(schema: unknown, key: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, anyOf = [] } = schema as Record<string, Record<string, unknown> | readonly unknown[]>;
  const own = (properties as Record<string, { enum?: readonly string[]; const?: string }>)[key];
  return [
    ...(own?.enum ?? (own?.const === undefined ? [] : [own.const])),
    ...(anyOf as readonly unknown[]).flatMap((branch) => allowed(branch, key)),
  ];
}

describe('the page about simulation', () => {
  const { buyers, faults } = savedWorldSchema.properties.plan.properties;

  it('has every fault that a world can meet, and no other', () => {
    expect([...rowsUnder('fault | what happens')].sort()).toEqual([...allowed(faults.items, 'kind')].sort());
  });

  it('has every behaviour of buyers, and no other', () => {
    expect([...rowsUnder('buyer | does')].sort()).toEqual([...allowed(buyers.items, 'behaviour')].sort());
  });

  it('has every story, and no other', () => {
    expect([...rowsUnder('story | what comes together')].sort()).toEqual([...storyKinds].sort());
  });

  it('knows all that seeds draw', () => {
    const parts = composeSimulation();
    const plans = Array.from({ length: 300 }, (_, seed) => planOf(seed, parts));
    expect(new Set(plans.flatMap((plan) => plan.faults.map(({ kind }) => kind)))).toEqual(
      new Set(rowsUnder('fault | what happens')),
    );
    expect(new Set(plans.flatMap((plan) => plan.stories ?? []))).toEqual(
      new Set(rowsUnder('story | what comes together')),
    );
    expect(new Set(plans.flatMap((plan) => plan.buyers.map(({ behaviour }) => behaviour)))).toEqual(
      new Set(rowsUnder('buyer | does')),
    );
  });

  it('states the limits of shrinking as they are', () => {
    expect(page.replaceAll('\n', ' ')).toContain(
      `at most ${shrinkLimits.runs.toLocaleString('en')} or ${shrinkLimits.steps / 1_000_000} million steps`,
    );
  });
});
