import { afterEach, beforeEach, expect, test } from 'vitest';
import { processIdentity } from '../../src/adapters/embedded-postgres/process-identity.ts';
import { stackFilePath, writeStackFile } from '../../src/toolkit/stack/stack-file.ts';
import { runCli } from '../support/cli.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';

let folder: ThrowawayFolder;
const env = { FLUXGATE_MODE: 'stack' };
beforeEach(() => {
  folder = throwawayFolder();
});
afterEach(() => folder.remove());

function withStack(identity: string): string {
  const service = { kind: 'native', host: '127.0.0.1', pid: process.pid, identity } as const;
  writeStackFile(folder.path, {
    provider: 'native',
    variants: [],
    proxied: false,
    services: [
      { ...service, name: 'redis', port: 6401 },
      { ...service, name: 'kafka', port: 9401 },
      { ...service, name: 'postgres', port: 5401, user: 'fluxgate', password: 'a-secret', database: 'fluxgate' },
    ],
  });
  return stackFilePath(folder.path);
}

test('shows what the stack file gives, names it, and keeps its password', async () => {
  const path = withStack(processIdentity(process.pid) ?? '');

  const { code, stdout } = await runCli(['config', 'show', '--json'], {
    cwd: folder.path,
    env: { ...env, FLUXGATE_STACK_DIR: '.', FLUXGATE_REDIS_NODES: '127.0.0.1:1' },
  });

  expect({ code, hasSecret: stdout.includes('a-secret') }).toEqual({ code: 0, hasSecret: false });
  expect(JSON.parse(stdout).settings).toMatchObject({
    'redis.nodes': { value: ['127.0.0.1:1'], origin: 'env FLUXGATE_REDIS_NODES' },
    'kafka.brokers': { value: ['127.0.0.1:9401'], origin: `stack file ${path}` },
    'postgres.password': { value: '<redacted>', origin: `stack file ${path}` },
  });
});

test('refuses a stack file whose processes have gone, and names both commands that mend it', async () => {
  withStack('of another process');

  const { code, stderr } = await runCli(['worker'], { cwd: folder.path, env: { ...env, FLUXGATE_STACK_DIR: '.' } });

  expect(code).toBe(24);
  expect(stderr).toMatch(/stack\.json is stale: none of its processes runs/);
  expect(stderr).toMatch(/Try: fluxgate stack up --dir .*fluxgate stack down --dir/);
});

test.each([
  [['config', 'check'], /where Redis is/],
  [['migrate', 'up'], /where PostgreSQL is/],
])('%j says both ways where nothing names an address', async (args, what) => {
  const { code, stderr } = await runCli(args, { cwd: folder.path, env });

  expect(code).toBe(24);
  expect(stderr).toMatch(what);
  expect(stderr).toMatch(/Try: fluxgate stack up.* or name yours: FLUXGATE_/);
});
