import { expect, test } from 'vitest';
import { seedFromFile } from '../../../../src/toolkit/admin-client/seed-plan.ts';

test('a scenario that ships is seeded by its name, as it is run', async () => {
  const plan = await seedFromFile('smoke', 'tonight');

  expect(plan.saleId).toBe('tonight');
  expect(plan.products.map(({ productId }) => productId)).toContain('ticket');
});

test('a scenario that is not there is told, with those that are', async () => {
  await expect(seedFromFile('smoek', 'tonight')).rejects.toMatchObject({
    code: 'scenario_invalid',
    hint: expect.stringContaining('smoke'),
  });
});
