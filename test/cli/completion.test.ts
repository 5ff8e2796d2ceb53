import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';

/** What bash offers after these words; the last one is being typed. */
async function offeredAfter(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout: script } = await runCli(['completion', 'bash']);
  const typed = ['fluxgate', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _fluxgate; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', `${script}\n${ask}`], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

test('bash completes commands, their second words and their flags', async () => {
  expect(await offeredAfter('se')).toEqual(['seed', 'serve']);
  expect(await offeredAfter('sale', 'o')).toEqual(['open']);
  expect(await offeredAfter('serve', '--po')).toEqual(['--port']);
  expect(await offeredAfter('sale', 'show', 'black-friday', '--u')).toEqual(['--url']);
});

test('what is no command completes to nothing of ours', async () => {
  expect(await offeredAfter('nope', '')).toEqual([]);
});

test.each([
  ['zsh', /bashcompinit/],
  ['fish', /^complete -c fluxgate -n '.*' -a serve -d 'Run the flash-sale server/m],
])('%s has a script, too', async (shell, pattern) => {
  expect((await runCli(['completion', shell])).stdout).toMatch(pattern);
});

test('another shell is a usage error that says which there are', async () => {
  const { code, stderr } = await runCli(['completion', 'tcsh']);

  expect(code).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});
