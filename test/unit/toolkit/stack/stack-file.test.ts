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
  services: [
    { name: 'redis', kind: 'native', host: '127.0.0.1', port: 6401, pid: 12, identity: 'boot:99', password: 'secret' },
  ],
};

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
  ['cut off', '{"version":1,"services":[{"na'],
  ['of another version', '{"version":2,"services":[]}'],
  ['without services', '{"version":1}'],
  ['with a service that nobody knows', '{"version":1,"services":[{"name":"mysql","kind":"native"}]}'],
  [
    'with a pid that is none',
    '{"version":1,"services":[{"name":"redis","kind":"native","host":"h","port":1,"pid":"1","identity":"x"}]}',
  ],
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
  writeFileSync(stackFilePath(folder), '{"version":1,"services":[{"password":"hunter2"}]}');

  expect(() => readStackFile(folder)).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
  );
});
