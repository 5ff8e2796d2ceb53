import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { loadResultSchema } from '../../../../src/toolkit/load/load-result.ts';
import { aLoadResult } from './a-load-result.ts';

it('is published as it is (vitest -u writes docs/schemas/load-result.schema.json anew)', async () => {
  const published = `${JSON.stringify(loadResultSchema, null, 2)}\n`;

  await expect(published).toMatchFileSnapshot('../../../../docs/schemas/load-result.schema.json');
});

it('refuses a field that it does not know', () => {
  expect(Value.Check(loadResultSchema, aLoadResult())).toBe(true);
  expect(Value.Check(loadResultSchema, { ...aLoadResult(), speed: 1 })).toBe(false);
});
