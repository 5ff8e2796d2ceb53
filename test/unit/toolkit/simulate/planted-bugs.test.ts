import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { composeSimulation } from '../../../../src/compose-simulation.ts';
import { type PlantedBug, partsWith } from '../../../../src/toolkit/simulate/hunt/bug.ts';
import { runSeedChunk } from '../../../../src/toolkit/simulate/seeds/seed-chunk.ts';

const folder = new URL('../../../planted/simulator/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));
const parts = composeSimulation();

async function bugOf(name: string): Promise<PlantedBug> {
  const { bug }: { readonly bug: PlantedBug } = await import(new URL(`${name}.ts`, folder).href);
  return bug;
}

async function seedThatFinds(name: string, withinSeeds: number): Promise<number | null> {
  const planted = partsWith(await bugOf(name), parts);
  const { found } = await runSeedChunk({ from: 1, count: withinSeeds }, { ...planted, stopAtFirst: true });
  return found[0]?.seed ?? null;
}

describe('a planted bug', () => {
  it.each(names)('%s is called as its file, and tells how somebody came to write it', async (name) => {
    const bug = await bugOf(name);

    expect(bug.name).toBe(name);
    expect(bug.story).toMatch(/^[A-Z`].{100,}\.$/);
  });

  // those that the first seeds find: `fluxgate simulate --planted` looks for all of them
  it.each([
    'append-acknowledged-by-the-leader-alone',
    'expire-without-release',
    'open-without-loading-all',
    'record-counts-twice',
  ])('%s is found by one of the first 100 seeds', async (name) => {
    expect(await seedThatFinds(name, 100)).not.toBeNull();
  });
});
