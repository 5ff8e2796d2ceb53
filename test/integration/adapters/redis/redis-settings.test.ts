// @module-tag redis
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RedisAddress, singleRedis } from '../../../../src/adapters/redis/redis-address.ts';
import { openRedis } from '../../../../src/adapters/redis/redis-connection.ts';
import { createRedisGate } from '../../../../src/adapters/redis/redis-gate.ts';
import { FluxError } from '../../../../src/engine/domain/flux-error.ts';
import { aSale } from '../../../builders/a-sale.ts';
import { epoch, instant, saleId } from '../../../builders/ids.ts';
import { certificateFor } from '../../../support/certificates.ts';
import { startTestRedis, type TestRedis } from '../../../support/redis.ts';
import { freePort } from '../../../support/redis-process.ts';

/** What docs/operations.md tells an operator to grant. */
const operations = readFileSync(join(import.meta.dirname, '../../../../docs/operations.md'), 'utf8');
const rights = /`(~fluxgate:\* [^`]+)`/.exec(operations)?.[1] ?? 'not found';
/** Enough for a busy machine to be answered; the last word of a connection that is tried again and again counts then. */
const refusedMs = 3_000;

const own = certificateFor('gate.test');
const stranger = certificateFor('gate.test');
let folder: string;
let server: TestRedis;
let tlsPort: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-tls-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  tlsPort = await freePort();
  server = await startTestRedis('none', {
    'tls-port': String(tlsPort),
    'tls-cert-file': file('own.pem', own.certificate),
    'tls-key-file': file('own.key', own.key),
    'tls-ca-cert-file': file('ca.pem', own.ca),
    'tls-auth-clients': 'no',
  });
  await server.command('ACL', 'SETUSER', 'gate', 'on', '>right', ...rights.split(' '));
});

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const connect = (more: Partial<RedisAddress>) =>
  openRedis({ ...singleRedis({ host: '127.0.0.1', port: tlsPort }), ...more });

function open(more: Partial<RedisAddress>) {
  const connection = connect(more);
  undo.push(() => connection.close());
  return connection;
}

/** What it says in the end. Closes it itself, so that many may wait at once. */
async function hintFor(more: Partial<RedisAddress>): Promise<unknown> {
  const redis = connect(more);
  const refused = await redis.ready(refusedMs).catch((error: unknown) => error);
  redis.close();
  return refused instanceof FluxError ? refused.hint : refused;
}

const login = { username: 'gate', password: 'right' };
const trusted = { ca: own.ca, serverName: 'gate.test' };

describe('the settings of Redis', () => {
  it('runs the gate over TLS as a user who may do no more than the documentation says', async () => {
    const redis = open({ ...login, tls: trusted });
    await redis.ready(10_000);
    const gate = createRedisGate({ redis, clock: { now: () => instant(1_767_225_600_000) } });
    const sale = saleId();
    const { config, stock } = aSale().selling(5, 'ticket');

    await gate.begin(sale, epoch(1));
    await gate.load(sale, epoch(1), { kind: 'head', config, stock, room: null });
    await gate.open(sale, epoch(1));

    expect(await gate.stock(sale, epoch(1))).toMatchObject({ kind: 'stock', products: [{ free: 5 }] });
  });

  it.concurrent.each<{ readonly what: string; readonly given: Partial<RedisAddress>; readonly hint: string }>([
    {
      what: 'a name that is not in the certificate',
      given: { ...login, tls: { ...trusted, serverName: 'other.test' } },
      hint: 'redis.serverName',
    },
    { what: 'another authority', given: { ...login, tls: { ...trusted, ca: stranger.ca } }, hint: 'redis.caFile' },
    { what: 'a wrong password', given: { ...login, password: 'wrong', tls: trusted }, hint: 'redis.password' },
    {
      what: 'a Redis that is no Cluster',
      given: { tls: trusted, topology: 'cluster' },
      hint: 'redis.topology: single',
    },
    { what: 'a port that speaks TLS, without redis.tls,', given: login, hint: 'redis.tls: true' },
    {
      what: 'a Sentinel that speaks TLS, without redis.tls,',
      given: { topology: 'sentinel' },
      hint: 'redis.tls: true',
    },
  ])('names the setting where $what is met', async ({ given, hint }) => {
    expect(await hintFor(given)).toContain(hint);
  });

  it.concurrent.each(['single', 'sentinel', 'cluster'] as const)(
    'names redis.tls where it is true on a port that speaks none (%s)',
    async (topology) => {
      const { host, port } = server.address;

      expect(await hintFor({ topology, nodes: [{ host, port }], tls: trusted })).toMatch(/redis\.tls: .*false/);
    },
  );

  it('refuses a Redis that evicts, and takes it once its policy is mended', async () => {
    await server.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    undo.push(() => server.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction'));
    const redis = open({ ...login, tls: trusted });
    await expect(redis.ready(10_000)).rejects.toMatchObject({
      code: 'config_invalid',
      hint: expect.stringContaining('maxmemory-policy noeviction'),
    });

    await server.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');

    await redis.forget(saleId());
  });
});
