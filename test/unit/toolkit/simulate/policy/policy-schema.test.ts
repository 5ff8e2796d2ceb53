import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { measures } from '../../../../../src/toolkit/simulate/policy/measures.ts';
import { policySchema } from '../../../../../src/toolkit/simulate/policy/policy-schema.ts';
import { pageWithReference } from '../../../../support/schema-reference.ts';

const page = new URL('../../../../../docs/simulation-policy.md', import.meta.url);

describe('the published schema of policies', () => {
  it('is the one that the reader checks with (vitest -u writes it anew)', async () => {
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...policySchema };

    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
      '../../../../../docs/schemas/policy.schema.json',
    );
  });

  it('is the reference on its page (vitest -u writes it anew)', async () => {
    await expect(await pageWithReference(page, 'policy', policySchema)).toMatchFileSnapshot(page.pathname);
  });

  it.each(measures.map(({ name, meaning }) => [name, meaning]))('the page says what "%s" is', async (name, meaning) => {
    expect(await readFile(page, 'utf8')).toContain(`| ${name} | ${meaning} |`);
  });
});
