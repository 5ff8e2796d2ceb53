import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConfigSources, loadConfig } from '../../../src/config/load-config.ts';
import { parseNodeAddress } from '../../../src/config/node-address.ts';
import { shownConfig } from '../../../src/config/shown-config.ts';
import { settingsOfStack } from '../../../src/toolkit/stack/settings-of-stack.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(env: Readonly<Record<string, string>>, more: Partial<ConfigSources> = {}) {
  return loadConfig({ flags: {}, env, cwd: folder, ...more });
}

const service = { kind: 'native', host: '127.0.0.1', pid: 1, identity: 'x' } as const;
const login = { user: 'fluxgate', password: 'of-the-stack', database: 'fluxgate' };
const shape = { provider: 'native', variants: [], proxied: false } as const;
const oneOfEach = settingsOfStack(
  {
    ...shape,
    services: [
      { ...service, name: 'redis', port: 6401 },
      { ...service, name: 'kafka', port: 9401 },
      { ...service, ...login, name: 'postgres', port: 5401 },
    ],
  },
  'stack file /s/stack.json',
);
const inStack = { FLUXGATE_MODE: 'stack' };

describe('where Redis, Kafka and PostgreSQL are', () => {
  it('comes from variables, lists with commas', async () => {
    const { value } = await load({
      FLUXGATE_REDIS_TOPOLOGY: 'sentinel',
      FLUXGATE_REDIS_NODES: '10.0.0.1:26379, [::1]:26379,sentinel.example.com:26379',
      FLUXGATE_REDIS_PASSWORD: 'r',
      FLUXGATE_KAFKA_BROKERS: 'k1:9093,k2:9093',
      FLUXGATE_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      FLUXGATE_KAFKA_USERNAME: 'shop',
      FLUXGATE_KAFKA_PASSWORD: 'k',
      FLUXGATE_KAFKA_TLS: 'true',
      FLUXGATE_POSTGRES_HOST: 'db.example.com',
    });

    expect(value.redis).toMatchObject({ topology: 'sentinel', primaryName: 'fluxgate', password: 'r', tls: false });
    expect(value.redis.nodes).toEqual(['10.0.0.1:26379', '[::1]:26379', 'sentinel.example.com:26379']);
    expect(value.kafka).toMatchObject({
      brokers: ['k1:9093', 'k2:9093'],
      replicas: 3,
      minInsyncReplicas: 2,
      tls: true,
    });
    expect(value.postgres).toEqual({
      host: 'db.example.com',
      port: 5432,
      user: 'fluxgate',
      database: 'fluxgate',
      tls: false,
    });
  });

  it('shows no password', async () => {
    const secret = 'a-secret-that-nobody-sees';
    const loaded = await load({
      FLUXGATE_REDIS_PASSWORD: secret,
      FLUXGATE_REDIS_TOPOLOGY: 'sentinel',
      FLUXGATE_REDIS_SENTINEL_PASSWORD: secret,
      FLUXGATE_KAFKA_SASL_MECHANISM: 'plain',
      FLUXGATE_KAFKA_USERNAME: 'shop',
      FLUXGATE_KAFKA_PASSWORD: secret,
      FLUXGATE_POSTGRES_PASSWORD: secret,
    });

    const shown = JSON.stringify(shownConfig(loaded));

    expect(shown).not.toContain(secret);
    expect(shown.match(/<redacted>/g)).toHaveLength(4);
  });

  it('takes a CA file relative to the working folder', async () => {
    writeFileSync(join(folder, 'ca.pem'), '');

    const { value } = await load({ FLUXGATE_KAFKA_TLS: 'true', FLUXGATE_KAFKA_CA_FILE: 'ca.pem' });

    expect(value.kafka.caFile).toBe(join(folder, 'ca.pem'));
  });

  it.each([
    [{ FLUXGATE_REDIS_NODES: 'redis' }, /redis\.nodes: redis is not host:port/],
    [{ FLUXGATE_REDIS_NODES: 'a:1,b:2' }, /redis\.nodes has 2, and redis\.topology single is one/],
    [{ FLUXGATE_REDIS_USERNAME: 'x' }, /redis\.username needs redis\.password/],
    [{ FLUXGATE_REDIS_SENTINEL_USERNAME: 'x' }, /redis\.sentinelUsername needs redis\.sentinelPassword/],
    [{ FLUXGATE_REDIS_SENTINEL_PASSWORD: 'x' }, /redis\.sentinelPassword means nothing/],
    [{ FLUXGATE_REDIS_CA_FILE: '/etc/ca.pem' }, /redis\.caFile means nothing without redis\.tls/],
    [{ FLUXGATE_REDIS_TLS: 'yes' }, /redis\.tls must be true or false, not "yes"/],
    [{ FLUXGATE_KAFKA_BROKERS: 'kafka:99999' }, /kafka\.brokers: kafka:99999 is not host:port/],
    [{ FLUXGATE_KAFKA_BROKERS: '[::1]:9092' }, /name the broker by a host name/],
    [{ FLUXGATE_KAFKA_REPLICAS: '1' }, /minInsyncReplicas 2 cannot be met by kafka\.replicas 1/],
    [{ FLUXGATE_KAFKA_PASSWORD: 'x' }, /need a kafka\.saslMechanism/],
    [{ FLUXGATE_KAFKA_SASL_MECHANISM: 'plain' }, /plain needs kafka\.username and kafka\.password/],
    [{ FLUXGATE_KAFKA_TOPIC: 'my orders' }, /kafka\.topic must match/],
    [
      { FLUXGATE_POSTGRES_TLS: 'true', FLUXGATE_POSTGRES_CA_FILE: 'none.pem' },
      /postgres\.caFile: .*none\.pem is not there/,
    ],
  ])('refuses %j', async (env, message) => {
    await expect(load(env)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(message),
    });
  });
});

describe('the stack file as an origin', () => {
  it('comes between environment and configuration file, and is named', async () => {
    writeFileSync(
      join(folder, 'fluxgate.config.yaml'),
      'kafka:\n  replicas: 5\n  topic: mine\npostgres:\n  user: somebody\n',
    );

    const { value, origins } = await load({ ...inStack, FLUXGATE_POSTGRES_PORT: '7000' }, { stack: () => oneOfEach });

    expect(value.redis).toMatchObject({ topology: 'single', nodes: ['127.0.0.1:6401'] });
    expect(value.kafka).toMatchObject({
      brokers: ['127.0.0.1:9401'],
      replicas: 1,
      minInsyncReplicas: 1,
      topic: 'mine',
    });
    expect(value.postgres).toMatchObject({ ...login, host: '127.0.0.1', port: 7000 });
    expect(origins).toMatchObject({
      'redis.nodes': 'stack file /s/stack.json',
      'kafka.replicas': 'stack file /s/stack.json',
      'kafka.topic': expect.stringMatching(/^file .*yaml:3$/),
      'postgres.port': 'env FLUXGATE_POSTGRES_PORT',
    });
  });

  it('gives no login of its own to a service that somebody named, nor takes one from the file for its own', async () => {
    writeFileSync(join(folder, 'fluxgate.config.yaml'), 'redis:\n  password: of-the-file\n  tls: true\n');

    const { value } = await load({ ...inStack, FLUXGATE_POSTGRES_HOST: 'db.example.com' }, { stack: () => oneOfEach });

    expect(value.postgres).toMatchObject({ host: 'db.example.com', port: 5432 });
    expect(value.postgres.password).toBeUndefined();
    expect(value.redis.password).toBeUndefined();
    expect(value.redis.tls).toBe(false);
  });

  it('is asked in mode stack only, and not where every address is given', async () => {
    const stack = () => {
      throw new Error('asked');
    };
    const everywhere = { FLUXGATE_REDIS_NODES: 'r:1', FLUXGATE_KAFKA_BROKERS: 'k:1', FLUXGATE_POSTGRES_HOST: 'p' };

    await expect(load({}, { stack })).resolves.toBeDefined();
    await expect(load({ ...inStack, ...everywhere }, { stack })).resolves.toBeDefined();
    await expect(load({ ...inStack, FLUXGATE_REDIS_NODES: 'r:1' }, { stack })).rejects.toThrow('asked');
  });

  it('is that of the configured folder', async () => {
    const asked: string[] = [];
    const stack = (stackDir: string) => {
      asked.push(stackDir);
      return null;
    };

    await load({ ...inStack, FLUXGATE_STACK_DIR: 'here' }, { stack });
    await load(inStack, { stack });

    expect(asked).toEqual([join(folder, 'here'), join(folder, '.fluxgate-stack')]);
  });
});

describe('a stack of several', () => {
  it.each([
    ['redis-sentinel', 'sentinel', ['127.0.0.1:26401', '127.0.0.1:26402']],
    ['redis-cluster', 'cluster', ['127.0.0.1:6401', '127.0.0.1:6402']],
  ] as const)('is reached by its %s', async (variant, topology, nodes) => {
    const stack = settingsOfStack(
      {
        ...shape,
        variants: [variant, 'kafka-3'],
        services: [
          { ...service, name: 'redis', port: 6401 },
          { ...service, name: 'redis-2', port: 6402 },
          { ...service, name: 'sentinel-2', port: 26_402 },
          { ...service, name: 'sentinel-1', port: 26_401 },
          { ...service, name: 'kafka', port: 9401 },
          { ...service, name: 'kafka-2', port: 9402 },
          { ...service, name: 'kafka-3', port: 9403 },
        ],
      },
      'stack file',
    );

    const { value } = await load(inStack, { stack: () => stack });

    expect(value.redis).toMatchObject({ topology, nodes, primaryName: 'fluxgate' });
    expect(value.kafka).toMatchObject({ replicas: 3, minInsyncReplicas: 2 });
    expect(value.kafka.brokers).toHaveLength(3);
  });
});

describe('host:port', () => {
  it.each([
    ['redis.example.com:6379', { host: 'redis.example.com', port: 6379 }],
    ['10.0.0.7:1', { host: '10.0.0.7', port: 1 }],
    ['[2001:db8::1]:6379', { host: '2001:db8::1', port: 6379 }],
  ])('is read from %s', (text, address) => {
    expect(parseNodeAddress(text)).toEqual(address);
  });

  it.each([
    '',
    'redis',
    ':6379',
    'redis:',
    'redis:0',
    'redis:65536',
    '::1:6379',
    '[redis]:1',
    'redis://a:1',
    'u@a:1',
    'a b:1',
  ])('is not %j', (text) => {
    expect(parseNodeAddress(text)).toBeUndefined();
  });
});
