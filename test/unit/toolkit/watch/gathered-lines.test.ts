import { expect, it } from 'vitest';
import { GatheredLines } from '../../../../src/toolkit/watch/gathered-lines.ts';

it('keeps the lines of each service in their order until they are taken, once', () => {
  const gathered = new GatheredLines();
  gathered.add('redis', 'a');
  gathered.add('kafka', 'b');
  gathered.add('redis', 'c');

  expect([...gathered.take()]).toEqual([
    ['redis', ['a', 'c']],
    ['kafka', ['b']],
  ]);
  expect(gathered.take().size).toBe(0);
});

it('keeps of a flood the end', () => {
  const gathered = new GatheredLines();
  for (let line = 1; line <= 12_345; line += 1) gathered.add('kafka', `${line}`);

  const lines = gathered.take().get('kafka');

  expect([lines?.length, lines?.[0], lines?.at(-1)]).toEqual([1_000, '11346', '12345']);
});
