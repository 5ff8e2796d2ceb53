import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { recordingLine } from '../../../../src/toolkit/watch/recording.ts';
import { sighting } from '../../../../src/toolkit/watch/sighting.ts';
import { pageWithReference } from '../../../support/schema-reference.ts';

describe('the published schema of a line of a recording', () => {
  it('is the one that the reader checks with (vitest -u writes it anew)', async () => {
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...recordingLine };

    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
      '../../../../docs/schemas/watch-recording.schema.json',
    );
  });

  it('is the reference on the page about watching (vitest -u writes it anew)', async () => {
    const page = new URL('../../../../docs/watch.md', import.meta.url);

    // What GET /stats says has a page of its own.
    const stats = Type.Object({}, { description: 'docs/http.md' });
    const short = sighting.anyOf.map((one) =>
      'stats' in one.properties ? { ...one, properties: { ...one.properties, stats } } : one,
    );

    const text = await pageWithReference(page, 'recording', Type.Object({ line: Type.Union(short) }));

    await expect(text).toMatchFileSnapshot(page.pathname);
  });
});
