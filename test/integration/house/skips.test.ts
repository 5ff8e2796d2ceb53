import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** A run of vitest with the rules of this repository, on tests of its own and a machine where no program is found. */
const house = join(import.meta.dirname, '../../..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-skips-'));
  const config = {
    globals: true,
    include: ['*.test.ts'],
    tags: ['kafka', 'linux', 'docker', 'long'].map((name) => ({ name })),
    reporters: ['dot', join(house, 'test/support/count-skips.ts')],
    globalSetup: join(house, 'test/support/bring-needs.ts'),
    runner: join(house, 'test/support/needs-runner.ts'),
  };
  write('vitest.config.mjs', `export default { test: ${JSON.stringify(config)} };`);
  write('bare.test.ts', `test('runs', () => {});`);
  write(
    'kafka.test.ts',
    needing('kafka', needing('linux', `beforeAll(() => { throw 0; });\ntest('a', () => {});\ntest('b', () => {});`)),
  );
  write('docker.test.ts', needing('docker', `test('c', () => {});\ntest('d', { tags: ['long'] }, () => {});`));
  write('silent.test.ts', `test.skip('e', () => {});`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), `${text}\n`);
}

/** Written in pieces: this very file needs none of it. */
function needing(need: string, text: string): string {
  return `// @module-${'tag'} ${need}\n${text}`;
}

function run(env: Readonly<Record<string, string>>, ...files: readonly string[]) {
  const vitest = join(house, 'node_modules/vitest/vitest.mjs');
  // One process for all of its files: they are nothing.
  const quick = ['--pool', 'threads', '--no-isolate', '--no-file-parallelism'];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', '--root', folder, ...quick, ...files],
    { env: { PATH: folder, FLUXGATE_CACHE_DIR: join(folder, 'cache'), NO_COLOR: '1', ...env }, encoding: 'utf8' },
  );
  const said = stdout + stderr;
  return { code: status, said, line: /^skipped: .*$/m.exec(said)?.[0] };
}

test('what a machine lacks is skipped, and counted in one line with the command that brings it', () => {
  const { code, line, said } = run({}, 'bare', 'kafka', 'docker');

  expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('1 passed | 4 skipped') });
  expect(line).toMatch(/\b2 need Kafka \(there is no java, there is no mvn: .+ install .+?\)/);
  expect(line).toMatch(/\b2 need a Docker daemon \(.+?\)/);
});

test('with CI=true a skip is a failure', () => {
  const { code, line, said } = run({ CI: 'true' }, 'bare', 'kafka', 'silent');

  expect({ code, said }).toMatchObject({ code: 1, said: expect.stringContaining('With CI=true a skip is a failure') });
  expect(line).toContain('1 say `skip` and not why');
});

test('with CI=true a daemon of Docker may be missing, and the long form', () => {
  const { code, line } = run({ CI: 'true' }, 'bare', 'docker');

  expect({ code, line }).toMatchObject({ code: 0, line: expect.stringContaining('2 need a Docker daemon') });
});
