import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { takeFolderLock } from '../../../../src/adapters/embedded-postgres/folder-lock.ts';

/** Runs once, where the lock looks whether the stale holder lives: between its look at the file and its claim. */
const meanwhile = vi.hoisted(() => ({ run: (): void => undefined }));

vi.mock('../../../../src/adapters/embedded-postgres/process-identity.ts', () => ({
  processIdentity(pid: number) {
    if (pid === process.pid) return 'this process';
    const { run } = meanwhile;
    meanwhile.run = () => undefined;
    run();
    return undefined;
  },
}));

const dead = (nonce: string) => JSON.stringify({ pid: 1, identity: 'an earlier process', nonce });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-lock-'));
  writeFileSync(join(folder, 'lock'), dead('one'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('refuses the folder where another replaced the stale lock after we looked at it', () => {
  meanwhile.run = () => void takeFolderLock(folder);

  expect(() => takeFolderLock(folder)).toThrow(expect.objectContaining({ code: 'data_folder_locked' }));

  const holder: unknown = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'));
  expect(holder).toMatchObject({ pid: process.pid });
  expect(readdirSync(folder)).toEqual(['lock']);
});

it('refuses it, too, where the other came by the claim of one that died before us', () => {
  writeFileSync(join(folder, 'lock.after-one'), dead('two'));
  meanwhile.run = () => void takeFolderLock(folder);

  expect(() => takeFolderLock(folder)).toThrow(expect.objectContaining({ code: 'data_folder_locked' }));
});

it('takes the folder where another took it and gave it up after we looked', () => {
  meanwhile.run = () => takeFolderLock(folder).release();

  const lock = takeFolderLock(folder);

  expect(readdirSync(folder)).toEqual(['lock']);
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});
