import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bugFilesIn, chooseBugs, onlyBug } from '../../../../../src/toolkit/simulate/hunt/bug-files.ts';
import { type ThrowawayFolder, throwawayFolder } from '../../../../support/throwaway-folder.ts';

let tree: ThrowawayFolder;

beforeEach(() => {
  tree = throwawayFolder();
});

afterEach(async () => {
  await tree.remove();
});

function write(name: string, text: string): void {
  const folder = join(tree.path, 'test', 'planted', 'simulator');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
}

describe('the planted bugs of a tree', () => {
  it('are its files, by name', async () => {
    write('b-bug.ts', '');
    write('a-bug.ts', '');
    write('notes.md', '');

    expect((await bugFilesIn(tree.path)).map(({ name }) => name)).toEqual(['a-bug', 'b-bug']);
  });

  it('are missing in a package, and the error says where they are', async () => {
    await expect(bugFilesIn(tree.path)).rejects.toMatchObject({ code: 'not_found', hint: /source tree/ });
  });

  it('are all meant where none is named, and otherwise the named ones', async () => {
    const files = ['a-bug', 'b-bug', 'c-bug'].map((name) => ({ name, path: name }));

    expect(chooseBugs(files, [])).toEqual(files);
    expect(chooseBugs(files, ['c-bug', 'a-bug']).map(({ name }) => name)).toEqual(['a-bug', 'c-bug']);
  });

  it('are named to whoever mistypes one', () => {
    const files = [{ name: 'hold-not-atomic', path: '' }];

    expect(() => chooseBugs(files, ['hold-not-atomci'])).toThrow(
      expect.objectContaining({ code: 'usage', hint: 'Did you mean hold-not-atomic?' }),
    );
    expect(() => chooseBugs(files, ['zzz'])).toThrow(expect.objectContaining({ hint: 'They are: hold-not-atomic' }));
  });
});

describe('the bug of one world', () => {
  it('is read from its file', async () => {
    write('a-bug.ts', `export const bug = { name: 'a-bug', story: 'Once.', plant: (parts: object) => parts };`);

    expect(await onlyBug(await bugFilesIn(tree.path))).toMatchObject({ name: 'a-bug', story: 'Once.' });
    expect(await onlyBug([])).toBeNull();
  });

  it('is one', async () => {
    write('a-bug.ts', '');
    write('b-bug.ts', '');

    await expect(onlyBug(await bugFilesIn(tree.path))).rejects.toMatchObject({ code: 'usage' });
  });

  it.each([
    ['no bug', 'export {};'],
    ['another name', `export const bug = { name: 'b-bug' };`],
  ])('is refused where its file has %s', async (why, text) => {
    write('a-bug.ts', text);

    await expect(onlyBug(await bugFilesIn(tree.path))).rejects.toThrow(why);
  });
});
