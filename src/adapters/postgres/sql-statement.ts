import { readFileSync } from 'node:fs';

/** A statement as pg takes it: the name makes it prepared once a connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * Reads `sql/<name>.sql`, one operation a file. Called once at import, so that a missing file is met at the start.
 *
 * Convention: the file begins with a comment that says what it does, then `-- IN` with one line a parameter and `-- OUT`
 * with the columns of the result; the rest is the statement. Types are written in the statement (`$1::uuid[]`).
 */
export function statement(name: string): Statement {
  const text = readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), 'utf8');
  const body = text
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n')
    .trim()
    .replace(/;$/, '');
  return { name, text: body };
}
