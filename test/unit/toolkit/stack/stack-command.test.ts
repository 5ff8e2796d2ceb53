import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { stackCommand } from '../../../../src/toolkit/stack/stack-command.ts';

test('a hint names the folder, unless it is the one that is meant anyway', () => {
  expect(stackCommand('up', resolve('.fluxgate-stack'))).toBe('fluxgate stack up');
  expect(stackCommand('down', '/tmp/a-stack')).toBe('fluxgate stack down --dir /tmp/a-stack');
});

test('a folder with blanks and quotes can be pasted into a shell', () => {
  expect(stackCommand('up', "/tmp/it's here")).toBe("fluxgate stack up --dir '/tmp/it'\\''s here'");
});
