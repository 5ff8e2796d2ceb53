import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';

const folder = join(import.meta.dirname, '..', '..', 'planted', 'simulator');

describe.each(readdirSync(folder))('the planted bug of %s', (file) => {
  it('is called as its file, plants something, and has a story', async () => {
    const { bug }: { bug: PlantedBug } = await import(join(folder, file));

    expect(`${bug.name}.ts`).toBe(file);
    expect([typeof bug.plant, typeof bug.plantInWorld]).toContain('function');
    expect(bug.story.split(/[.!?](?: |$)/).filter(Boolean).length).toBeGreaterThanOrEqual(2);
  });
});
