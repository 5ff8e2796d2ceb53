import { expect, it } from 'vitest';
import { chaosResultSchema } from '../../../../src/toolkit/chaos/run/chaos-result.ts';

it('is published as it is (vitest -u writes docs/schemas/chaos-journal.schema.json anew)', async () => {
  const published = `${JSON.stringify(chaosResultSchema, null, 2)}\n`;

  await expect(published).toMatchFileSnapshot('../../../../docs/schemas/chaos-journal.schema.json');
});
