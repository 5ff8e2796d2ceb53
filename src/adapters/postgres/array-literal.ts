/**
 * PostgreSQL array literals (manual, "Array Value Input"), built by hand: pg's own builder looks at each value's type and
 * takes a third of the time that a batch of a thousand orders needs on our side.
 */

/** For numbers and uuids: values that need no quotes. Null stays null. */
export function plainArray(values: readonly (string | number | bigint | boolean | null)[]): string {
  let literal = '{';
  for (const value of values) {
    if (literal.length > 1) literal += ',';
    literal += value;
  }
  return `${literal}}`;
}

const special = /["\\]/g;

/** For any text. Null stays null. */
export function textArray(values: readonly (string | null)[]): string {
  let literal = '{';
  for (const value of values) {
    if (literal.length > 1) literal += ',';
    literal += value === null ? 'null' : `"${value.replace(special, '\\$&')}"`;
  }
  return `${literal}}`;
}
