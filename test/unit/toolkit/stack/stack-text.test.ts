import { expect, test } from 'vitest';
import { serviceNames } from '../../../../src/toolkit/stack/service-name.ts';
import { stackText } from '../../../../src/toolkit/stack/stack-text.ts';

test('every service of every stack is a line of at most 80 columns, with the proxy in front of it', () => {
  const text = stackText(
    serviceNames.map((name) => ({
      name,
      kind: 'native',
      address: '127.0.0.1:32767',
      ...(name === 'proxy' ? {} : { proxyAddress: '127.0.0.1:32766' }),
      pid: 4_194_303,
      healthy: true,
    })),
  );

  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(text.split('\n')[0]).toMatch(/^SERVICE +KIND +ADDRESS +PROXY +PID +HEALTH$/);
  expect(text.split('\n').at(-1)).toMatch(/^proxy +native +127.0.0.1:32767 +- +4194303 +healthy$/);
});

test('a container is shown by the id that docker shows', () => {
  const containerId = '0123456789abcdef0123456789abcdef';

  const text = stackText([
    { name: 'redis', kind: 'docker', address: '127.0.0.1:6401', containerId, healthy: false, why: 'gone' },
  ]);

  expect(text).toContain('CONTAINER');
  expect(text).toMatch(/ 0123456789ab +UNHEALTHY: gone$/);
});
