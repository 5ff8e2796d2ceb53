import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  readStackFile,
  type StackFile,
  stackFilePath,
  writeStackFile,
} from '../../../../src/toolkit/stack/stack-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-stack-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file: StackFile = {
  provider: 'native',
  variants: ['kafka-3'],
  proxied: false,
  services: [
    { name: 'redis', kind: 'native', host: '127.0.0.1', port: 6401, pid: 12, identity: 'boot:99', password: 'secret' },
  ],
};

const redis = { name: 'redis', kind: 'native', host: 'h', port: 1, pid: 1, identity: 'x' };

/** A whole file with something in it replaced. */
function textOf(replaced: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ version: 2, ...file, ...replaced });
}

test('what was written is read again, and nobody else may read the passwords', () => {
  writeStackFile(folder, file);
  writeStackFile(folder, file);

  expect(readStackFile(folder)).toMatchObject(file);
  expect(statSync(stackFilePath(folder)).mode & 0o777).toBe(0o600);
});

test('a folder without a file has no stack', () => {
  expect(readStackFile(folder)).toBeNull();
});

test.each([
  ['cut off', '{"version":2,"services":[{"na'],
  ['of another version', '{"version":1,"services":[]}'],
  ['without services', '{"version":2,"provider":"native","variants":[],"proxied":false}'],
  ['with a variant that nobody knows', textOf({ variants: ['mysql'] })],
  ['with a service that nobody knows', textOf({ services: [{ ...redis, name: 'mysql' }] })],
  ['with a pid that is none', textOf({ services: [{ ...redis, pid: '1' }] })],
  ['with a container that has no id', textOf({ services: [{ ...redis, kind: 'docker' }] })],
  ['with a proxied service that is nowhere', textOf({ services: [{ ...redis, direct: { host: 'h' } }] })],
])('a file %s is refused, with the commands that mend it', (_how, text) => {
  writeFileSync(stackFilePath(folder), text);

  expect(() => readStackFile(folder)).toThrow(
    expect.objectContaining({
      code: 'stack_file_unusable',
      hint: `fluxgate stack down --dir ${folder} && fluxgate stack up --dir ${folder}`,
    }),
  );
});

test('an error about a damaged file does not show what is in it', () => {
  writeFileSync(stackFilePath(folder), textOf({ services: [{ password: 'hunter2' }] }));

  expect(() => readStackFile(folder)).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
  );
});
