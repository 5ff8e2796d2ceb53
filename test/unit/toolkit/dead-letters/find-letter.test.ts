import { expect, test } from 'vitest';
import { findLetter } from '../../../../src/toolkit/dead-letters/find-letter.ts';

test.each([0, 7, 1e20])('letter %d, which is not there, is told as such', async (id) => {
  const ledger = {
    deadLetter: async (asked: number) => {
      if (asked > Number.MAX_SAFE_INTEGER) throw new Error('out of range for type bigint');
      return null;
    },
  };

  await expect(findLetter(ledger, id)).rejects.toMatchObject({ code: 'not_found' });
});
