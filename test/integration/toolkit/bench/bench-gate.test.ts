// @module-tag redis
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBenchedGate } from '../../../../src/compose-bench-gate.ts';
import { benchGate } from '../../../../src/toolkit/bench/bench-gate.ts';
import { benchGateText } from '../../../../src/toolkit/bench/bench-gate-text.ts';
import { startTestRedis, type TestRedis } from '../../../support/redis.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis?.stop());

describe('bench gate', () => {
  it('measures both sides of every case and leaves nothing behind', async () => {
    const result = await benchGate({ address: redis.address, seconds: 0.01, open: openBenchedGate });

    expect(result.cases.map(({ name }) => name)).toEqual([
      'held, 16 orders a call',
      'held, 64 orders a call',
      'held, 256 orders a call',
      'sold out, 64 orders a call',
    ]);
    for (const { rounds, figures } of result.cases) {
      expect(rounds).toHaveLength(3);
      for (const figure of Object.values(figures)) expect(figure).toBeGreaterThan(0);
    }
    expect(result.floors).toMatchObject([{ kind: 'at_least', limit: 0.75, actual: result.figures.heldToBare }]);
    expect(benchGateText({ ...result, doubts: ['a doubt'] })).toMatch(/64 a call[\s\S]*Inconclusive:\n {2}a doubt$/);
    expect(await redis.command('DBSIZE')).toBe(0);
  });

  it('ends in order when it is interrupted, and leaves nothing behind', async () => {
    const interrupt = new AbortController();
    const running = benchGate({
      address: redis.address,
      seconds: 0.01,
      open: openBenchedGate,
      signal: interrupt.signal,
      onProgress: () => interrupt.abort(),
    });

    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    expect(await redis.command('DBSIZE')).toBe(0);
  });

  it('says where nobody answers', async () => {
    const nobody = { host: '127.0.0.1', port: 1 };

    await expect(benchGate({ address: nobody, seconds: 1, open: openBenchedGate })).rejects.toMatchObject({
      code: 'gate_unreachable',
    });
  });
});
