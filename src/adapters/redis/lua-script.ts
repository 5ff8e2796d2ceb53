import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SaleKeyName } from './sale-keys.ts';

/** One operation in Lua, and what it is called with. */
export interface LuaScript<ArgName extends string = string> {
  readonly name: string;
  readonly text: string;
  /** SHA-1 of the text in hex digits: how Redis names it. */
  readonly sha: string;
  readonly keys: readonly SaleKeyName[];
  readonly args: readonly ArgName[];
}

const read = (name: string): string => readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');

/**
 * Reads `lua/<name>.lua` behind the common prelude. Called at import, so that a missing file is met at the start.
 *
 * The first line of a file is the shebang with the script's flags: a script without `allow-oom` is refused before it begins
 * where Redis is full, so that no script ends half way. The header names KEYS, ARGV and OUT; a unit test holds it
 * against `keys` and `args`.
 */
export function luaScript<const ArgName extends string>(
  name: string,
  keys: readonly SaleKeyName[],
  args: readonly ArgName[],
): LuaScript<ArgName> {
  const file = read(name);
  const endOfShebang = file.indexOf('\n') + 1;
  const text = file.slice(0, endOfShebang) + read('prelude') + file.slice(endOfShebang);
  return { name, text, sha: createHash('sha1').update(text).digest('hex'), keys, args };
}
