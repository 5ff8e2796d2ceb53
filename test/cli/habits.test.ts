import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entryPath, runCli } from '../support/cli.ts';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fluxgate-habits-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

test.each([
  ['an unknown command', ['confg', 'show'], /there is no command confg\. Did you mean config show\?/],
  ['an unknown command of a topic', ['sale', 'opne'], /there is no command sale opne\. Did you mean sale open\?/],
  ['a command that is like no other', ['frobnicate'], /there is no command frobnicate$/m],
  ['an unknown flag', ['config', 'show', '--prot', '1'], /unknown flag --prot\. Did you mean --port\?/],
  [
    'a flag with the wrong kind of value',
    ['config', 'show', '--port', 'x'],
    /--port.*Expected an integer but received: x/,
  ],
  ['an argument with the wrong kind of value', ['stock', 'add', 'ticket', 'x'], /Expected an integer but received: x/],
  ['a missing argument', ['order', 'show'], /Missing 1 required arg/],
  ['an argument too many', ['config', 'check', 'x'], /config check takes no argument x/],
  ['a mode that there is not', ['serve', '--mode', 'cloud'], /mode must be one of embedded, stack.*\(flag --mode\)/],
  ['a flag of another mode', ['serve', '--workers', '2'], /--workers is for mode stack/],
  ['what can be no order', ['order', 'show', 'xyz'], /xyz is no order id/],
  ['a setting out of bounds', ['config', 'show', '--port', '70000'], /port must be a whole number.*\(flag --port\)/],
] as const)('%s is a usage error with the next command to type', async (_what, args, message) => {
  const { code, stdout, stderr } = await runCli(args, { cwd });

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^Error: /);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^ {2}Try: fluxgate /m);
  expect(stderr).not.toMatch(/\n\s+at /); // no stack
});

test.each([['serve', '--mode', 'stack'], ['worker']])(
  '%s without a stack ends with 24 and names stack up',
  async (...args) => {
    const { code, stderr } = await runCli(args, { cwd });

    expect(code).toBe(24);
    expect(stderr).toMatch(/Try: fluxgate stack up/);
  },
);

test('flags that exclude each other are named, without a sentence about the sentence', async () => {
  const { stdout } = await runCli(['orders', 'export', '--csv', '--json'], { cwd });

  expect(JSON.parse(stdout).error.message).toMatch(/^--json cannot also be provided/);
});

test('a serve that others could reach without a token is refused before it makes anything', async () => {
  const { code, stderr } = await runCli(['serve', '--host', '0.0.0.0', '--port', '0'], { cwd });

  expect(code).toBe(2);
  expect(stderr).toContain('there is no admin token');
  expect(existsSync(join(cwd, '.fluxgate'))).toBe(false);
});

test.each([
  ['prot: 3', 'edit '],
  ['- a list', 'edit '],
  ['port: 70000', 'fluxgate config check'],
])('a mistake in the file (%s) is not followed by a command that meets it again', async (text, next) => {
  writeFileSync(join(cwd, 'fluxgate.config.yaml'), text);

  const { code, stderr } = await runCli(['config', 'show'], { cwd });

  expect(code).toBe(2);
  expect(stderr).toContain(`  Try: ${next}`);
});

test.each([
  ['an unknown command', ['confg', '--json'], 2, 'usage'],
  ['an unknown flag', ['config', 'show', '--prot', '--json'], 2, 'usage'],
  ['a server that is not there', ['sale', 'list', '--json'], 24, 'server_unreachable'],
  ['a ledger that is not there', ['orders', 'export', '--json'], 24, 'not_found'],
] as const)('with --json %s is one document on stdout, with the same exit code', async (_what, args, exit, name) => {
  const { code, stdout } = await runCli(args, { cwd });

  expect(code).toBe(exit);
  expect(JSON.parse(stdout)).toEqual({
    error: { code: name, message: expect.any(String), hint: expect.stringContaining('fluxgate') },
  });
});

test('with --json behind -- is an argument, not a flag', async () => {
  const { stdout } = await runCli(['config', 'check', '--', '--json'], { cwd });

  expect(stdout).toBe('');
});

test('a result goes to stdout as one document, and nothing else does', async () => {
  const { code, stdout, stderr } = await runCli(['config', 'show', '--json'], { cwd, env: { FLUXGATE_PORT: '8080' } });

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout).settings.port).toEqual({ value: 8080, origin: 'env FLUXGATE_PORT' });
});

test('an unknown variable with our prefix is refused by every command that reads settings', async () => {
  const { code, stderr } = await runCli(['config', 'check'], { cwd, env: { FLUXGATE_HOTS: 'x' } });

  expect(code).toBe(2);
  expect(stderr).toContain('Did you mean FLUXGATE_HOST?');
});

test('secrets are not printed', async () => {
  const secret = 'a-secret-that-nobody-sees';
  writeFileSync(join(cwd, 'fluxgate.config.yaml'), `adminToken: ${secret}\n`);

  const shown = await Promise.all([runCli(['config', 'show'], { cwd }), runCli(['config', 'show', '--json'], { cwd })]);

  for (const { code, stdout, stderr } of shown) {
    expect(code).toBe(0);
    expect(stdout).toContain('<redacted>');
    expect(stdout + stderr).not.toContain(secret);
  }
});

test('help has no colour where nobody looks, and says the examples', async () => {
  const { code, stdout } = await runCli(['stock', 'add', '--help'], { cwd });

  expect(code).toBe(0);
  expect(stdout).toContain('EXAMPLES');
  expect(stdout).not.toContain('\u001b');
});

test('help fits a terminal of 60 columns', async () => {
  const { stdout } = await runCli(['seed', '--help'], { cwd, env: { COLUMNS: '60', OCLIF_COLUMNS: '60' } });

  // Examples are whole commands to copy: they are not broken.
  const [text = ''] = stdout.split('EXAMPLES');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
});

test('a reader that has seen enough ends the command quietly', async () => {
  const command = `"${process.execPath}" "${entryPath}" config show; echo "ended $?" >&2`;
  const shell = spawn('sh', ['-c', `{ ${command}; } | head -1`], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  shell.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });

  await new Promise((resolve) => shell.once('close', resolve));

  expect(stderr).toBe('ended 0\n');
});

test('what is destroyed is asked about: without a terminal it wants its name', async () => {
  const { code, stderr } = await runCli(['migrate', 'down'], { cwd });

  expect(code).toBe(2);
  expect(stderr).toContain('--confirm .fluxgate');
});
