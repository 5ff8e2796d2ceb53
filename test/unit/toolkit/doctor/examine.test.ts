import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Config } from '../../../../src/config/config-schema.ts';
import { loadConfig } from '../../../../src/config/load-config.ts';
import { FluxError } from '../../../../src/engine/domain/flux-error.ts';
import { examine } from '../../../../src/toolkit/doctor/examine.ts';
import type { ServiceChecks } from '../../../../src/toolkit/doctor/service-findings.ts';

/** A stack whose order log is not there. */
const services: ServiceChecks = {
  gate: async () => 'Redis answers',
  'order log': async () => {
    throw new FluxError('order_log_unreachable', 'Kafka does not answer', { hint: 'fluxgate stack up' });
  },
  ledger: async () => 'PostgreSQL answers',
};

let cwd: string;
let taken: Server | undefined;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fluxgate-doctor-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise<void>((resolve) => (taken ? taken.close(() => resolve()) : resolve()));
  taken = undefined;
  rmSync(cwd, { recursive: true, force: true });
});

async function configWith(flags: Readonly<Record<string, unknown>> = {}): Promise<Config> {
  return (await loadConfig({ flags: { port: 0, ...flags }, env: {}, cwd })).value;
}

async function findingOf(name: string, config: Config, embeddedPostgresMajor: () => number = () => 18) {
  return (await examine(config, { embeddedPostgresMajor, services })).find((finding) => finding.name === name);
}

async function takePort(): Promise<number> {
  const server = createServer();
  taken = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('a machine that has everything is told so, and nothing is made', async () => {
  const findings = await examine(await configWith({ 'data-dir': 'new/folder' }), {
    embeddedPostgresMajor: () => 18,
    services,
  });

  expect(findings.filter(({ verdict }) => verdict === 'missing')).toEqual([]);
  expect(findings.find(({ name }) => name === 'data folder')?.found).toContain('will be made');
});

test('says that PostgreSQL did not come along, and how to get it', async () => {
  const missing = () => {
    throw new FluxError('postgres_start_failed', 'not installed');
  };

  expect(await findingOf('postgres', await configWith(), missing)).toMatchObject({
    verdict: 'missing',
    mend: expect.stringContaining('npm ci'),
  });
});

test('says that a file stands where the data folder should be', async () => {
  writeFileSync(join(cwd, 'data'), '');

  expect(await findingOf('data folder', await configWith({ 'data-dir': 'data' }))).toMatchObject({
    verdict: 'missing',
  });
});

test('says that the port is taken by somebody else, and which command does without', async () => {
  const port = await takePort();

  expect(await findingOf('port', await configWith({ port }))).toMatchObject({
    verdict: 'missing',
    mend: 'fluxgate serve --port 0',
  });
});

test('a port that our own server has is no fault', async () => {
  const port = await takePort();
  mkdirSync(join(cwd, '.fluxgate'));
  const address = { url: `http://127.0.0.1:${port}`, pid: process.pid, startedAt: new Date().toISOString() };
  writeFileSync(join(cwd, '.fluxgate/serve.json'), JSON.stringify(address));

  expect(await findingOf('port', await configWith({ port }))).toMatchObject({ verdict: 'ok' });
});

test('says that an address others can reach wants an admin token', async () => {
  expect(await findingOf('admin token', await configWith({ host: '0.0.0.0' }))).toMatchObject({
    verdict: 'missing',
    mend: expect.stringContaining('FLUXGATE_ADMIN_TOKEN'),
  });
  expect(await findingOf('admin token', await configWith())).toBeUndefined();
});

test('asks the services of the settings in mode stack only, and says what mends one that is not there', async () => {
  expect(await findingOf('order log', await configWith())).toBeUndefined();

  const config = await configWith({ mode: 'stack' });

  expect(await findingOf('gate', config)).toMatchObject({ verdict: 'ok', found: 'Redis answers' });
  expect(await findingOf('order log', config)).toEqual({
    name: 'order log',
    verdict: 'missing',
    found: 'Kafka does not answer',
    mend: 'fluxgate stack up',
  });
});

test('says of a Docker daemon on another machine that a stack cannot be published there', async () => {
  vi.stubEnv('DOCKER_HOST', 'tcp://build.example.org:2376');

  expect(await findingOf('docker', await configWith())).toMatchObject({
    verdict: 'low',
    found: expect.stringContaining('another machine'),
    mend: expect.stringContaining('unset DOCKER_HOST'),
  });
});
