import { expect, test } from 'vitest';
import { huntBugs } from '../../../../../src/toolkit/simulate/hunt/hunt-bugs.ts';
import { emptyTally, type FoundSeed } from '../../../../../src/toolkit/simulate/seeds/seed-chunk.ts';

const files = ['easy', 'hard'].map((name) => ({ name, path: `/bugs/${name}.ts` }));
const foundAt = (seed: number): FoundSeed => ({
  seed,
  invariant: 'limits',
  kind: 'over_limit',
  text: 'too many',
  atMs: 1,
});

test('each bug is hunted in its turn, and told of as soon as it is known', async () => {
  const order: string[] = [];
  let nowMs = 0;

  const hunted = await huntBugs(files, {
    from: 100,
    nowMs: () => nowMs,
    async run({ name }) {
      order.push(`run ${name}`);
      nowMs += 2_000;
      return name === 'easy' ? { ...emptyTally, seeds: 80, found: [foundAt(104)] } : { ...emptyTally, seeds: 500 };
    },
    onHunted: ({ name }) => void order.push(`told ${name}`),
  });

  expect(order).toEqual(['run easy', 'told easy', 'run hard', 'told hard']);
  expect(hunted).toEqual([
    { name: 'easy', found: foundAt(104), seeds: 5, elapsedMs: 2_000 },
    { name: 'hard', found: null, seeds: 500, elapsedMs: 2_000 },
  ]);
});
