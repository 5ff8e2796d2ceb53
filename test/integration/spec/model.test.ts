// @module-tag tlc
// @module-tag long
// @module-tag minutes
import { describe, expect, it } from 'vitest';
import { runTlc } from '../../support/run-tlc.ts';
import { configsOf } from '../../support/spec-files.ts';

/** Six times what the largest takes on a quiet machine with two cores: other tests run beside it. */
const soundMs = 20 * 60_000;
/** The deepest is found in half a minute. */
const plantedMs = 5 * 60_000;

describe('the model of the gate protocol', () => {
  it.for(configsOf('sound'))('keeps every promise in the world $name', { timeout: soundMs }, async ({ name }) => {
    const verdict = await runTlc(`sound/${name}`, { workers: 2, timeoutMs: soundMs - 10_000, heapMb: 3_072 });

    expect(verdict).toMatchObject({ kind: 'sound' });
  });

  it.for(configsOf('planted'))(
    'finds the planted bug $name by the invariant that its configuration names',
    { timeout: plantedMs },
    async ({ name, text }) => {
      const expected = /^\\\* Finds (\w+)\.$/m.exec(text)?.[1];

      const verdict = await runTlc(`planted/${name}`, { workers: 1, timeoutMs: plantedMs - 10_000, heapMb: 2_048 });

      expect(verdict).toMatchObject({ kind: 'violated', broken: expected });
    },
  );
});
