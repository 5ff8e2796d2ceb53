import { expect, it } from 'vitest';
import { whyMissing } from '../../../../src/toolkit/chaos/run/missing-capability.ts';
import { capabilitiesOf, runningStack } from '../../../../src/toolkit/chaos/system/stack-capabilities.ts';
import type { StackFile } from '../../../../src/toolkit/stack/stack-file.ts';

const stack = (more: Partial<StackFile>): StackFile => ({
  provider: 'native',
  variants: [],
  proxied: false,
  services: [],
  ...more,
});

it('a stack without the proxy carries the way of one client only, through a proxy of the run', () => {
  const bare = stack({});

  const everybody = capabilitiesOf(bare, { proxied: true, ways: ['server-1>redis'] });
  const one = capabilitiesOf(bare, { proxied: false, ways: ['server-1>redis'] });
  const behind = capabilitiesOf(stack({ proxied: true }), { proxied: true, ways: [] });

  expect([everybody, one, behind].map((had) => had.has('proxied'))).toEqual([false, true, true]);
});

it('a stack has the Redis and the brokers that it was started with', () => {
  const had = capabilitiesOf(stack({ provider: 'docker', variants: ['redis-sentinel', 'kafka-3'] }), {
    proxied: false,
    ways: [],
  });

  expect([...had].sort()).toEqual(['docker', 'kafka-3', 'redis-sentinel', 'stack']);
});

it('what is missing is said in words', () => {
  expect(whyMissing(['stack'], new Set(['stack']))).toBeNull();
  expect(whyMissing(['stack', 'kafka-3'], new Set(['stack']))).toBe('needs kafka-3 (three brokers)');
});

it('a folder without a stack is refused with the command that starts one', () => {
  expect(() => runningStack('/nowhere')).toThrow('no stack runs in /nowhere');
});
