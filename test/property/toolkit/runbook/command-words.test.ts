import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../../../src/toolkit/runbook/format/command-words.ts';

/** What a shell makes of the words of a line, each ended by a NUL. Null where it refuses the line. */
function byShell(line: string, value: string): readonly string[] | null {
  try {
    const out = execFileSync('sh', ['-uc', `printf '%s\\0' ${line}`], {
      env: { name: value, PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    });
    return out.split('\0').slice(0, -1);
  } catch {
    return null;
  }
}

function byUs(line: string, value: string): readonly string[] | null {
  const read = readCommandLine(`x ${line}`);
  if (read.kind === 'fault') return null;
  const parameters = read.words.flat().flatMap((part) => ('parameter' in part ? [part.parameter] : []));
  if (parameters.some((parameter) => parameter !== 'name')) return null; // the runbook names none of these
  return read.words.slice(1).map((word) => word.map((part) => ('text' in part ? part.text : value)).join(''));
}

/** Pieces of which every line with quotes, escapes, parameters and blanks is made. */
const piece = fc.constantFrom(
  ...[
    'a',
    'b=1',
    ' ',
    '  ',
    "'",
    '"',
    '\\',
    '$name',
    '$' + '{name}',
    '"$name"',
    '# c',
    'x#',
    '|',
    '$',
    '`',
    'é',
    '/',
    '-n',
  ],
);

describe('a command line', () => {
  it('means to us what it means to a shell, or is refused', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const line = pieces.join('');
        const ours = byUs(line, 'v');
        // what is refused says nothing; a shell that reads no words still prints one empty one
        if (ours === null || ours.length === 0) return;

        expect(ours).toEqual(byShell(line, 'v'));
      }),
      { numRuns: 400, seed: 7 },
    );
  });

  it('is as many words as it was, whatever its parameters are set to', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        expect(byUs('--sale $name "pre $name"', value)).toEqual(['--sale', value, `pre ${value}`]);
      }),
    );
  });
});
