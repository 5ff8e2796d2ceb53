import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../../../src/adapters/postgres/sql/', import.meta.url);

/** The parameters that a header names after `IN`, until `OUT`: `1 name` or `$1 type name`, set off by two spaces. */
function named(header: string): readonly number[] {
  const text = header.slice(header.indexOf('-- IN'), header.indexOf('-- OUT'));
  return [...text.matchAll(/\s{2}\$?(\d+) \S/g)].map(([, digits]) => Number(digits));
}

describe('every SQL file', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.sql'))) {
    it(`${file} names in its header the parameters that its statement takes`, () => {
      const text = readFileSync(new URL(file, folder), 'utf8');
      const lines = text.split('\n');
      const header = lines.filter((line) => line.startsWith('--')).join('\n');
      const body = lines.filter((line) => !line.startsWith('--')).join('\n');
      const taken = new Set([...body.matchAll(/\$(\d+)/g)].map(([, digits]) => Number(digits)));

      expect(header).toMatch(/-- IN {2}/);
      expect(header).toMatch(/-- OUT /);
      expect(named(header)).toEqual([...taken].sort((a, b) => a - b));
    });
  }
});
