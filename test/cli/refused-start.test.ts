// @module-tag redis
// @module-tag kafka
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StackService } from '../../src/toolkit/stack/stack-file.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';
import { type ThrowawayStack, throwawayStack } from '../support/throwaway-stack.ts';
import { startTlsPostgres, type TlsPostgres } from '../support/tls-postgres.ts';

type Environment = Readonly<Record<string, string>>;

let folder: ThrowawayFolder;
let stack: ThrowawayStack;
let locked: TestRedis;
let evicting: TestRedis;
let tlsPostgres: TlsPostgres;
let services: readonly StackService[];

beforeAll(async () => {
  folder = throwawayFolder();
  stack = throwawayStack();
  [services, locked, evicting] = await Promise.all([
    stack.up(),
    startTestRedis('none', { requirepass: 'of-redis' }),
    startTestRedis('none', { maxmemory: '50mb', 'maxmemory-policy': 'allkeys-lru' }),
  ]);
  tlsPostgres = await startTlsPostgres(`${folder.path}/tls`, 'dns:db.test', of('postgres').port);
  expect(await run(['migrate', 'up'])).toMatchObject({ code: 0 });
}, 180_000);

afterAll(async () => {
  tlsPostgres?.close();
  await Promise.all([locked?.stop(), evicting?.stop(), stack?.remove()]);
  await folder?.remove();
});

function of(name: string): StackService {
  const found = services.find((service) => service.name === name);
  if (found === undefined) throw new Error(`the stack has no ${name}`);
  return found;
}

function run(args: readonly string[], env: Environment = {}, nodeArgs: readonly string[] = []): Promise<CliResult> {
  return runCli(args, {
    cwd: folder.path,
    nodeArgs,
    env: { FLUXGATE_MODE: 'stack', FLUXGATE_STACK_DIR: stack.stackDir, FLUXGATE_LOG_LEVEL: 'silent', ...env },
  });
}

const postgres = (env: Environment = {}): Environment => ({
  FLUXGATE_POSTGRES_HOST: '127.0.0.1',
  FLUXGATE_POSTGRES_PORT: String(of('postgres').port),
  FLUXGATE_POSTGRES_PASSWORD: String(of('postgres').password),
  ...env,
});
const redis = (at: TestRedis, env: Environment = {}): Environment => ({
  FLUXGATE_REDIS_NODES: `127.0.0.1:${at.address.port}`,
  ...env,
});
const kafka = (env: Environment): Environment => ({
  FLUXGATE_KAFKA_BROKERS: `127.0.0.1:${of('kafka').port}`,
  ...env,
});

test.concurrent.each<readonly [string, () => Environment, number, RegExp]>([
  ['a wrong password of PostgreSQL', () => postgres({ FLUXGATE_POSTGRES_PASSWORD: 'x' }), 24, /postgres\.password/],
  ['a database that is not there', () => postgres({ FLUXGATE_POSTGRES_DATABASE: 'none' }), 24, /postgres\.database/],
  ['a PostgreSQL without TLS', () => postgres({ FLUXGATE_POSTGRES_TLS: 'true' }), 24, /postgres\.tls to false/],
  [
    'a PostgreSQL that is not there',
    () => postgres({ FLUXGATE_POSTGRES_PORT: '1' }),
    24,
    /127\.0\.0\.1:1.*ECONNREFUSED/,
  ],
  ['no password for Redis', () => redis(locked), 24, /set redis\.password/],
  [
    'a wrong password of Redis',
    () => redis(locked, { FLUXGATE_REDIS_PASSWORD: 'x' }),
    24,
    /right redis\.username and redis\.password/,
  ],
  ['a Redis that drops keys', () => redis(evicting), 2, /maxmemory-policy/],
  ['more copies than brokers', () => kafka({ FLUXGATE_KAFKA_TOPIC: 'new' }), 24, /kafka\.replicas/],
  [
    'a login that Kafka does not ask for',
    () =>
      kafka({
        FLUXGATE_KAFKA_SASL_MECHANISM: 'plain',
        FLUXGATE_KAFKA_USERNAME: 'u',
        FLUXGATE_KAFKA_PASSWORD: 'of-kafka',
      }),
    24,
    /kafka\.saslMechanism/,
  ],
])('refuses to start with %s, and names the setting', async (_what, env, code, setting) => {
  const { stdout, ...result } = await run(['worker', '--port', '0', '--json'], env());

  expect(result.code).toBe(code);
  const { error } = JSON.parse(stdout);
  expect(`${error.message} Try: ${error.hint}`).toMatch(setting);
  expect(stdout).not.toMatch(/of-redis|of-kafka/);
});

test.concurrent('refuses to start by a clock that is 5 s off', async () => {
  const ahead = 'data:text/javascript,const now = Date.now; Date.now = () => now() + 5000;';

  const results = await Promise.all([
    run(['serve', '--port', '0'], {}, ['--import', ahead]),
    run(['worker', '--port', '0'], {}, ['--import', ahead]),
  ]);

  for (const { code, stderr } of results) {
    expect(code).toBe(2);
    expect(stderr).toMatch(/the clock of this machine is 5\.\d s ahead of the database's/);
  }
});

test.concurrent('believes the certificate of PostgreSQL only under its name and authority', async () => {
  const secure = (env: Environment) =>
    run(
      ['migrate', 'status'],
      postgres({ FLUXGATE_POSTGRES_PORT: String(tlsPostgres.port), FLUXGATE_POSTGRES_TLS: 'true', ...env }),
    );
  const caFile = { FLUXGATE_POSTGRES_CA_FILE: tlsPostgres.caFile };

  const [right, otherName, otherAuthority] = await Promise.all([
    secure({ ...caFile, FLUXGATE_POSTGRES_SERVER_NAME: 'db.test' }),
    secure({ ...caFile, FLUXGATE_POSTGRES_SERVER_NAME: 'other.test' }),
    secure({ FLUXGATE_POSTGRES_SERVER_NAME: 'db.test' }),
  ]);

  expect(right).toMatchObject({ code: 0 });
  expect(otherName).toMatchObject({ code: 24, stderr: expect.stringMatching(/Try: set postgres\.serverName/) });
  expect(otherAuthority).toMatchObject({ code: 24, stderr: expect.stringMatching(/Try: set postgres\.caFile/) });
});
