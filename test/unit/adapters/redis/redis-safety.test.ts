import { describe, expect, it } from 'vitest';
import { unsafeSetting } from '../../../../src/adapters/redis/redis-safety.ts';

/** As Redis 7.0.15 writes it, cut short. */
function info(more: Readonly<Record<string, string>> = {}): string {
  const fields = {
    redis_version: '7.0.15',
    redis_mode: 'standalone',
    tcp_port: '6401',
    maxmemory_policy: 'noeviction',
  };
  return `# Server\r\n${Object.entries({ ...fields, ...more })
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join('')}`;
}

describe('the settings of a Redis', () => {
  it.each(['7.0.0', '7.2.4', '8.0.1', '10.1.0'])('are good from version 7 on (%s)', (version) => {
    expect(unsafeSetting(info({ redis_version: version }), 'single', 'here:1')).toBeNull();
  });

  it('are refused where it is older than 7', () => {
    expect(unsafeSetting(info({ redis_version: '6.2.14' }), 'single', 'here:1')).toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(/here:1 is 6\.2\.14.*Redis 7 or Valkey/),
    });
  });

  it.each(['allkeys-lru', 'volatile-ttl'])(
    'are refused where it evicts (%s), with the command that mends it',
    (policy) => {
      expect(unsafeSetting(info({ maxmemory_policy: policy }), 'sentinel', 'here:1')).toMatchObject({
        code: 'config_invalid',
        message: expect.stringContaining(`maxmemory-policy ${policy}`),
        hint: expect.stringContaining('redis-cli -p 6401 config set maxmemory-policy noeviction'),
      });
    },
  );

  it.each([
    ['cluster', 'single', 'redis.topology: cluster'],
    ['sentinel', 'single', 'redis.topology: sentinel'],
    ['standalone', 'cluster', 'redis.topology: single'],
  ] as const)('are refused where it is a %s and the topology %s', (mode, topology, hint) => {
    expect(unsafeSetting(info({ redis_mode: mode }), topology, 'here:1')).toMatchObject({
      code: 'config_invalid',
      hint,
    });
  });

  it('are not held against it where it does not say them', () => {
    expect(unsafeSetting('# Server\r\n', 'cluster', 'here:1')).toBeNull();
  });
});
