// @module-tag otherNode
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { otherNode } from '../support/other-node.ts';

const root = join(import.meta.dirname, '../..');
const script = join(root, 'test/support/trace-seeds.js');
const traced = 5;
const counted = 60;

/** The command re-executes itself on Node 24: what it runs is started without it. */
async function simulateOn(node: string): Promise<string> {
  if (!existsSync(join(root, 'dist/compose-simulation.js'))) throw new Error('fluxgate is not built: npm run build');
  const { stdout } = await promisify(execFile)(node, [script, join(root, 'dist'), String(traced), String(counted)], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

test('a seed is the same sale on two versions of Node, byte by byte', async () => {
  const other = otherNode();
  if (other === undefined) throw new Error('there is no other Node');

  const [ours, theirs] = await Promise.all([simulateOn(process.execPath), simulateOn(other)]);

  expect(ours.split('\n').filter((line) => line.startsWith('seed '))).toHaveLength(traced);
  expect(JSON.parse(ours.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ seeds: counted, found: [] });
  // not toBe: half a megabyte of difference helps nobody
  const theirLines = theirs.split('\n');
  expect(ours.split('\n').find((line, nth) => line !== theirLines[nth])).toBeUndefined();
  expect(theirs.length).toBe(ours.length);
});
