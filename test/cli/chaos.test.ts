import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { shippedExperiments } from '../../src/toolkit/chaos/experiment/read-experiment.ts';
import { runCli } from '../support/cli.ts';
import { namedPipe } from '../support/named-pipe.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';

let folder: ThrowawayFolder;

beforeEach(() => {
  folder = throwawayFolder();
});

afterEach(() => folder.remove());

const chaos = (...args: readonly string[]) => runCli(['chaos', ...args], { cwd: folder.path });

test('lists every experiment that ships, with what it needs', async () => {
  const { code, stdout } = await chaos('list', '--json');

  const { experiments } = JSON.parse(stdout) as { readonly experiments: readonly { readonly name: string }[] };
  expect(code).toBe(0);
  expect(experiments.map(({ name }) => name)).toEqual(shippedExperiments());
});

test('a new experiment is sound, explains itself, and is never written over', async () => {
  const made = await chaos('new', 'mine');
  const checked = await chaos('check', 'mine.yaml');
  const explained = await chaos('explain', 'mine.yaml');
  const again = await chaos('new', 'mine');

  expect([made.code, checked.code, explained.code, again.code]).toEqual([0, 0, 0, 2]);
  expect(checked.stdout).toContain('ok ');
  expect(explained.stdout).toContain('server-1 stands still for 2 s');
  expect(again.stderr).toContain('mine.yaml is there already');
});

test('a wrong file is refused with line, column and the nearest name, before anything is started', async () => {
  await chaos('new', 'mine');
  const path = join(folder.path, 'mine.yaml');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('fault: pause', 'fault: paus'));

  const { code, stderr } = await chaos('run', 'mine.yaml');

  expect(code).toBe(2);
  expect(stderr).toMatch(/mine\.yaml:\d+:\d+ faults\.0\.fault must be .* did you mean "pause"\?/);
  expect(existsSync(join(folder.path, '.fluxgate-chaos'))).toBe(false);
});

test('a file may come out of a pipe that is open, and not out of one that nobody fills', async () => {
  await chaos('new', 'mine');
  const input = await readFile(join(folder.path, 'mine.yaml'), 'utf8');
  const pipe = namedPipe();

  const piped = await runCli(['chaos', 'check', '/dev/stdin'], { cwd: folder.path, input });
  const named = await runCli(['chaos', 'check', pipe], { cwd: folder.path, deadlineMs: 20_000 });

  expect(piped).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ok {2}\/dev\/stdin: /) });
  expect(named).toMatchObject({ code: 2, signal: null });
  expect(named.stderr).toContain(`the experiment ${pipe} cannot be read: it is a named pipe`);
});

test('says what to type where nothing was chosen, or a seed has no order to decide', async () => {
  const nothing = await chaos('run');
  const both = await chaos('run', 'server-killed', '--all');
  const seed = await chaos('run', 'server-killed', '--seed', '7');

  expect([nothing.code, both.code, seed.code]).toEqual([2, 2, 2]);
  expect(nothing.stderr).toContain('fluxgate chaos list');
  expect(both.stderr).toContain('name none beside it');
  expect(seed.stderr).toContain('--shuffle');
});

test('where no stack runs, --on-stack names the command that starts one, and leaves a journal in --dir', async () => {
  const order = ['--shuffle', '--seed', '7', '--dir', 'journals'];
  const { code, stderr } = await chaos('run', 'redis-killed', '--on-stack', ...order);
  const undone = await chaos('undo', '--dir', 'journals');

  expect(code).toBe(24);
  expect(stderr).toContain('Order by seed 7');
  expect(stderr).toContain('fluxgate stack up');
  expect(readdirSync(join(folder.path, 'journals'))).toHaveLength(1);
  expect(undone).toMatchObject({ code: 0, stdout: 'Nothing is left to undo.\n' });
});
