import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config/load-config.ts';
import { benchRedisAddress } from '../../../../src/toolkit/bench/bench-redis-address.ts';

async function configOf(env: Readonly<Record<string, string>>) {
  return (await loadConfig({ flags: {}, env, cwd: '/nowhere' })).value;
}

describe('the Redis that bench gate measures', () => {
  it('is the given one, on this machine only', async () => {
    const config = await configOf({});

    expect(benchRedisAddress('127.0.0.1:6379', config)).toEqual({ host: '127.0.0.1', port: 6379 });
    expect(benchRedisAddress('[::1]:6379', config)).toEqual({ host: '::1', port: 6379 });
    for (const other of ['redis.example.com:6379', '10.0.0.7:6379', '127.0.0.1', '6379', '127.0.0.1:x']) {
      expect(() => benchRedisAddress(other, config)).toThrow(expect.objectContaining({ code: 'usage' }));
    }
  });

  it('is the configured one where none is given', async () => {
    const config = await configOf({ FLUXGATE_REDIS_NODES: '127.0.0.1:7001' });

    expect(benchRedisAddress(undefined, config)).toEqual({ host: '127.0.0.1', port: 7001 });
  });

  it.each([
    ['on another machine', { FLUXGATE_REDIS_NODES: '10.0.0.7:6379' }],
    ['with a password', { FLUXGATE_REDIS_NODES: '127.0.0.1:6379', FLUXGATE_REDIS_PASSWORD: 'x' }],
    ['of a cluster', { FLUXGATE_REDIS_NODES: '127.0.0.1:6379', FLUXGATE_REDIS_TOPOLOGY: 'cluster' }],
  ])('is never one %s', async (_what, env) => {
    const config = await configOf(env);

    expect(() => benchRedisAddress(undefined, config)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('is not there without a stack and a setting, and both are named', async () => {
    const config = await configOf({});

    expect(() => benchRedisAddress(undefined, config)).toThrow(
      expect.objectContaining({
        code: 'stack_not_running',
        hint: expect.stringMatching(/fluxgate stack up.*FLUXGATE_REDIS_NODES=/),
      }),
    );
  });
});
