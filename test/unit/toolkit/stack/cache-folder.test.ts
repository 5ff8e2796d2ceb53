import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../../../src/toolkit/stack/cache-folder.ts';

test.each([
  ['the configured folder first', '/srv/cache', { XDG_CACHE_HOME: '/xdg' }, '/srv/cache'],
  ['a relative one from the working folder', 'cache', {}, resolve('cache')],
  ['then the one of XDG', undefined, { XDG_CACHE_HOME: '/xdg' }, '/xdg/fluxgate'],
  ['a relative one of XDG counts for nothing', '', { XDG_CACHE_HOME: 'xdg' }, join(homedir(), '.cache/fluxgate')],
  ['then ~/.cache', undefined, {}, join(homedir(), '.cache/fluxgate')],
])('%s', (_what, configured, env, expected) => {
  expect(cacheFolder(configured, env)).toBe(expected);
});
