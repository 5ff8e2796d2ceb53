import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../../../support/cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-stack-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('where no stack runs status ends with 24 and names the command that starts one', async () => {
  const { code, stdout, stderr } = await runCli(['stack', 'status'], { cwd: folder });

  expect(code).toBe(24);
  expect(stdout).toBe('');
  expect(stderr).toContain('Try: fluxgate stack up');
});

test('a service whose process has gone is shown with the reason, as the one document, and ends with 24', async () => {
  const gone = {
    name: 'redis',
    kind: 'native',
    host: '127.0.0.1',
    port: 6401,
    pid: 2 ** 22,
    identity: 'of-another-boot',
  };
  writeFileSync(
    join(folder, 'stack.json'),
    JSON.stringify({
      version: 2,
      provider: 'native',
      variants: [],
      proxied: false,
      services: [{ ...gone, password: 'hunter2' }],
    }),
  );

  const { code, stdout, stderr } = await runCli(['stack', 'status', '--json', '--dir', folder], { cwd: folder });

  expect(code).toBe(24);
  expect(JSON.parse(stdout)).toEqual({
    services: [
      {
        name: 'redis',
        kind: 'native',
        address: '127.0.0.1:6401',
        pid: 2 ** 22,
        healthy: false,
        why: `its process ${2 ** 22} has gone`,
      },
    ],
  });
  expect(stdout + stderr).not.toContain('hunter2');
});

test('what stack up leaves behind is what status, doctor, a command of mode stack and down read', {
  tags: ['redis', 'kafka'],
}, async () => {
  const on = { cwd: folder, env: { FLUXGATE_MODE: 'stack' } };

  const up = await runCli(['stack', 'up', '--json'], on);
  try {
    const status = await runCli(['stack', 'status', '--json'], on);
    const settings = await runCli(['config', 'show', '--json'], on);

    expect(up.code, up.stderr).toBe(0);
    expect(status.code, status.stderr).toBe(0);
    expect(JSON.parse(status.stdout)).toEqual(JSON.parse(up.stdout));
    expect(settings.code, settings.stderr).toBe(0);

    const doctor = await runCli(['doctor', '--json', '--port', '0'], on);

    expect(doctor.code).toBe(24);
    expect(JSON.parse(doctor.stdout).findings.slice(-3)).toMatchObject([
      { name: 'gate', verdict: 'ok' },
      { name: 'order log', verdict: 'ok', found: expect.stringContaining('topic fluxgate-orders will be made') },
      { name: 'ledger', verdict: 'missing', mend: 'fluxgate migrate up' },
    ]);
  } finally {
    const down = await runCli(['stack', 'down', '--json'], on);
    expect(JSON.parse(down.stdout)).toEqual({ ended: ['redis', 'kafka', 'postgres'] });
  }
});

test('docker without a daemon ends with 24, says what to do, and leaves no folder', async () => {
  const { code, stderr } = await runCli(['stack', 'up', '--provider', 'docker', '--dir', 'new'], {
    cwd: folder,
    env: { DOCKER_HOST: `unix://${join(folder, 'nobody.sock')}` },
  });

  expect(code).toBe(24);
  expect(stderr).toContain('no Docker daemon answers at DOCKER_HOST');
  expect(existsSync(join(folder, 'new'))).toBe(false);
});

test('docker has no variants: what to type for them is said', async () => {
  const { code, stderr } = await runCli(['stack', 'up', '--provider', 'docker', '--with', 'kafka-3'], { cwd: folder });

  expect(code).toBe(2);
  expect(stderr).toContain('Try: fluxgate stack up --provider native --with kafka-3');
});

test('down where nothing runs is no error, and makes no folder', async () => {
  const { code, stdout } = await runCli(['stack', 'down', '--json'], {
    cwd: folder,
    env: { FLUXGATE_STACK_DIR: join(folder, 'none') },
  });

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ ended: [] });
});

test('logs of a stack that never was end with 24', async () => {
  const { code, stderr } = await runCli(['stack', 'logs', 'kafka'], { cwd: folder });

  expect(code).toBe(24);
  expect(stderr).toContain('there is no log in');
});

test('logs shows the last lines of one service as they are', async () => {
  writeFileSync(join(folder, 'redis.log'), 'one\ntwo\nthree\n');

  const { code, stdout } = await runCli(['stack', 'logs', 'redis', '--lines', '2', '--dir', folder], { cwd: folder });

  expect(code).toBe(0);
  expect(stdout).toBe('two\nthree\n');
});
