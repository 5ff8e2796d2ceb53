import { describe, expect, it } from 'vitest';
import { scenarioSchema } from '../../../../src/toolkit/load/scenario-schema.ts';
import { pageWithReference } from '../../../support/schema-reference.ts';

describe('the published schema of scenarios', () => {
  it('is the one that the reader checks with (vitest -u writes it anew)', async () => {
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...scenarioSchema };

    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
      '../../../../docs/schemas/scenario.schema.json',
    );
  });

  it('is the reference on the page about load (vitest -u writes it anew)', async () => {
    const page = new URL('../../../../docs/load.md', import.meta.url);

    await expect(await pageWithReference(page, 'scenario', scenarioSchema)).toMatchFileSnapshot(page.pathname);
  });
});
