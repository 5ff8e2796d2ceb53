import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gateScripts } from '../../../../src/adapters/redis/gate-scripts.ts';
import { saleKey, saleKeyNames } from '../../../../src/adapters/redis/sale-keys.ts';
import { saleId } from '../../../builders/ids.ts';

const folder = new URL('../../../../src/adapters/redis/lua/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(`${name}.lua`, folder), 'utf8');
const scripts = Object.values(gateScripts);

/** `1 fence  2 config` as names in order; the numbers have to count up from 1. */
function namesIn(file: string, section: 'KEYS' | 'ARGV'): readonly string[] {
  const line = file.split('\n').find((text) => text.startsWith(`-- ${section}  `));
  const entries = line?.slice(`-- ${section}  `.length).split('  ') ?? [];
  return entries.map((entry, n) => {
    const [number, name] = entry.split(' ');
    expect(number).toBe(String(n + 1));
    return name ?? '';
  });
}

/** The highest number that the code itself uses. */
const highest = (file: string, list: 'KEYS' | 'ARGV'): number =>
  Math.max(0, ...[...file.matchAll(new RegExp(`${list}\\[(\\d+)\\]`, 'g'))].map(([, n]) => Number(n)));

describe('the scripts of the gate', () => {
  it.each(scripts)('$name says in its header what it is called with', ({ name, keys, args }) => {
    const file = read(name);
    const header = namesIn(file, 'KEYS');

    // load-rows has one header for three calls: into orders, buyers or passes
    expect(header.filter((key) => key !== 'into')).toEqual(keys.slice(0, name === 'load-rows' ? 2 : undefined));
    expect(header).toHaveLength(keys.length);
    expect(namesIn(file, 'ARGV')).toEqual(args);
    expect(file).toMatch(/^-- OUT {3}\S/m);
    expect(file).toMatch(new RegExp(`^#!lua.*\\n-- ${name}: `));
  });

  it.each(scripts)('$name uses every argument that it is given, and no other', ({ name, keys, args }) => {
    const file = read(name);

    expect(highest(file, 'ARGV')).toBe(args.length);
    expect(highest(file, 'KEYS')).toBe(keys.length);
    for (const [n] of args.entries()) expect(file).toContain(`ARGV[${n + 1}]`);
  });

  it.each(scripts)('$name compares the fence before anything else', ({ name, keys }) => {
    const body = read(name)
      .split('\n')
      .filter((line) => !line.startsWith('--') && !line.startsWith('#!'))
      .join('\n');
    const fenceAt = body.search(/stands\(KEYS\[1\]|read_fence\(KEYS\[1\]\)/);

    expect(keys[0]).toBe('fence');
    expect(fenceAt).toBeGreaterThanOrEqual(0);
    expect(body.slice(0, fenceAt)).not.toContain('redis.call');
  });

  it('are all the files that there are', () => {
    const files = readdirSync(folder).map((file) => file.replace(/\.lua$/, ''));

    expect(files.toSorted()).toEqual([...new Set(scripts.map(({ name }) => name)), 'prelude'].toSorted());
  });

  it('use keys of one hash tag', () => {
    for (const name of saleKeyNames) expect(saleKey(saleId('s-1'), name)).toBe(`fluxgate:{s-1}:${name}`);
  });
});
