import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ConfigSources, loadConfig } from '../../../src/config/load-config.ts';
import { settings } from '../../../src/config/settings.ts';
import { shownConfig } from '../../../src/config/shown-config.ts';
import { configFileText, writeConfigFile } from '../../../src/config/write-config-file.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(sources: Partial<ConfigSources> = {}) {
  return loadConfig({ flags: {}, env: {}, cwd: folder, ...sources });
}

function file(text: string): string {
  const path = join(folder, 'fluxgate.config.yaml');
  writeFileSync(path, text);
  return path;
}

test('everything has a default', async () => {
  const { value, origins, file: read } = await load();

  expect(value).toMatchObject({ mode: 'embedded', host: '127.0.0.1', port: 3000, dataDir: join(folder, '.fluxgate') });
  expect(value.adminToken).toBeUndefined();
  expect(new Set(Object.values(origins))).toEqual(new Set(['default']));
  expect(read).toBeNull();
});

test('flags come before the environment, that before the file, that before defaults, and each value says where it is from', async () => {
  const path = file('host: 127.0.0.2\nport: 1\nlogLevel: warn\n');

  const { value, origins } = await load({
    flags: { port: 3, json: true },
    env: { FLUXGATE_PORT: '2', FLUXGATE_HOST: '127.0.0.3' },
  });

  expect(value).toMatchObject({ port: 3, host: '127.0.0.3', logLevel: 'warn', passSeconds: 120 });
  expect(origins).toMatchObject({
    port: 'flag --port',
    host: 'env FLUXGATE_HOST',
    logLevel: `file ${path}:3`,
    passSeconds: 'default',
  });
});

test('settings inside others have variables and lines of their own', async () => {
  const path = file('userRate:\n  burst: 7\n');

  const { value, origins } = await load({ env: { FLUXGATE_USER_RATE_PER_SECOND: '0.5' } });

  expect(value.userRate).toEqual({ perSecond: 0.5, burst: 7 });
  expect(origins).toMatchObject({
    'userRate.perSecond': 'env FLUXGATE_USER_RATE_PER_SECOND',
    'userRate.burst': `file ${path}:2`,
  });
});

test('the value is frozen to its innermost', async () => {
  const { value } = await load();

  expect(Object.isFrozen(value)).toBe(true);
  expect(Object.isFrozen(value.userRate)).toBe(true);
  expect(Object.isFrozen(value.trustProxy)).toBe(true);
});

test('a list comes from the environment with commas and from the file as a list', async () => {
  file('trustProxy: [10.0.0.0/8, "::1"]\n');

  expect((await load()).value.trustProxy).toEqual(['10.0.0.0/8', '::1']);
  expect((await load({ env: { FLUXGATE_TRUST_PROXY: '127.0.0.1, 10.1.0.0/16' } })).value.trustProxy).toEqual([
    '127.0.0.1',
    '10.1.0.0/16',
  ]);
});

test('an empty variable and an empty key count as not given', async () => {
  file('adminToken:\nport: 8\n');

  const { value } = await load({ env: { FLUXGATE_PORT: '' } });

  expect(value.port).toBe(8);
  expect(value.adminToken).toBeUndefined();
});

test('variables without our prefix, and the one of the test suite, mean nothing', async () => {
  await expect(load({ env: { PORT: 'x', FLUXGATE_LONG: '1', _FLUXGATE_X: 'y' } })).resolves.toBeDefined();
});

test.each([
  [
    'an unknown variable',
    {},
    { FLUXGATE_PROT: '1' },
    'config_unknown_key',
    /FLUXGATE_PROT.*Did you mean FLUXGATE_PORT\?/,
  ],
  [
    'an unknown key',
    { yaml: 'ports: 1\n' },
    {},
    'config_unknown_key',
    /yaml:1:1: there is no setting ports\. Did you mean port\?/,
  ],
  [
    'an unknown inner key',
    { yaml: 'port: 1\nuserRate:\n  brst: 1\n' },
    {},
    'config_unknown_key',
    /yaml:3:3: .*userRate\.brst.*userRate\.burst/,
  ],
  [
    'a group that is given as one value',
    { yaml: 'userRate: 5\n' },
    {},
    'config_invalid',
    /yaml:1:1: userRate has settings of its own/,
  ],
  [
    'text for a number',
    {},
    { FLUXGATE_PORT: '80a' },
    'config_invalid',
    /port must be a whole number from 0 to 65535, not "80a" \(env FLUXGATE_PORT\)/,
  ],
  ['a fraction for a whole number', {}, { FLUXGATE_PORT: '80.5' }, 'config_invalid', /whole number/],
  ['a number out of bounds', { yaml: '\nport: 70000\n' }, {}, 'config_invalid', /not 70000 \(file .*yaml:2\)/],
  ['a number in quotes', { yaml: 'port: "80"\n' }, {}, 'config_invalid', /whole number/],
  [
    'another mode than this version has',
    {},
    { FLUXGATE_MODE: 'cloud' },
    'config_invalid',
    /must be one of embedded, stack/,
  ],
  ['what is no YAML', { yaml: 'port: [1\n' }, {}, 'config_invalid', /yaml:\d+:\d+: /],
  ['a key that stands twice', { yaml: 'port: 1\nport: 2\n' }, {}, 'config_invalid', /yaml:2:1: /],
  ['a file that is a list', { yaml: '- port\n' }, {}, 'config_invalid', /must be settings/],
  [
    'a proxy that is no address',
    {},
    { FLUXGATE_TRUST_PROXY: 'proxy.local' },
    'config_invalid',
    /proxy\.local is neither an address/,
  ],
  [
    'a network that is too wide',
    {},
    { FLUXGATE_TRUST_PROXY: '10.0.0.0/33' },
    'config_invalid',
    /neither an address nor a network/,
  ],
  [
    'an append longer than its request',
    {},
    { FLUXGATE_REQUEST_TIMEOUT_MS: '1000' },
    'config_invalid',
    /appendDeadlineMs must be shorter/,
  ],
] as const)('refuses %s and says where', async (_what, given, env, code, message) => {
  if ('yaml' in given) file(given.yaml);

  await expect(load({ env })).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a secret is never shown, neither as a value nor in an error', async () => {
  const secret = 'a-secret-that-nobody-sees';

  const shown = JSON.stringify(shownConfig(await load({ env: { FLUXGATE_ADMIN_TOKEN: secret } })));

  expect(shown).not.toContain(secret);
  expect(shown).toContain('<redacted>');
  await expect(load({ env: { FLUXGATE_ADMIN_TOKEN: 'short' } })).rejects.toMatchObject({
    message: expect.not.stringContaining('short'),
  });
});

test('the file that init writes changes nothing, and every line of it can be taken in', async () => {
  await writeConfigFile(folder, { overwrite: false });
  const untouched = await load();
  const withoutComments = configFileText()
    .split('\n')
    .slice(2)
    .map((line) => line.replace(/^# /, ''))
    .join('\n');
  file(withoutComments);

  const all = await load();

  expect(all.value).toEqual(untouched.value);
  const untaken = Object.keys(all.origins).filter((path) => all.origins[path] === 'default');
  expect(untaken).toEqual(settings.filter(({ optional }) => optional).map(({ path }) => path)); // they have no default
});

test('a file that is there is overwritten only on demand', async () => {
  file('port: 5\n');

  await expect(writeConfigFile(folder, { overwrite: false })).rejects.toMatchObject({ code: 'usage' });
  expect((await load()).value.port).toBe(5);
  await writeConfigFile(folder, { overwrite: true });
  expect((await load()).value.port).toBe(3000);
});
