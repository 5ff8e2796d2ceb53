import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
/** What a simulated world runs: each folder, the project that compiles it, and a file of ours in it. */
const sealed = [
  { project: 'src/engine', planted: 'src/engine/flows/planted.ts' },
  { project: 'src/toolkit/simulate', planted: 'src/toolkit/simulate/world/planted.ts' },
  { project: 'src/toolkit/simulate', planted: 'src/toolkit/simulate/actors/planted.ts' },
] as const;
/** Ways to the machine's time, chance, ids and outside. */
const ways = [
  ...['Date.now()', 'new Date()', 'performance.now()', 'process.hrtime()', 'process.pid', 'process.nextTick(() => {})'],
  ...['Math.random()', 'crypto.randomUUID()', 'crypto.getRandomValues(new Uint8Array(1))', 'Buffer.alloc(1)'],
  ...['setTimeout(() => {}, 1)', 'setInterval(() => {}, 1)', 'setImmediate(() => {})', 'queueMicrotask(() => {})'],
  ...["fetch('http://127.0.0.1')", "console.log('x')", 'globalThis.Math.random()', 'new WeakRef({})'],
  ...["import('node:fs')", "require('node:fs')"],
] as const;

let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'fluxgate-sealed-'));
  for (const path of ['package.json', 'tsconfig.json', 'biome.json', 'src/engine', 'src/toolkit/simulate'])
    cpSync(join(root, path), join(copy, path), { recursive: true });
  mkdirSync(join(copy, 'node_modules'));
  // they have to be found and still not be taken in
  symlinkSync(join(root, 'node_modules/@types'), join(copy, 'node_modules/@types'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function run(tool: 'tsc' | 'biome', args: readonly string[]): { readonly ok: boolean; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', tool), args, {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { ok: status === 0, said: stdout + stderr };
}

const compile = (project: string) => run('tsc', ['-p', join(project, 'tsconfig.json'), '--pretty', 'false']);
const lint = (path: string) =>
  run('biome', [
    'lint',
    '--colors=off',
    '--max-diagnostics=none',
    '--reporter=github',
    '--error-on-warnings',
    '--vcs-enabled=false',
    path,
  ]);

describe('the engine and the simulated worlds', () => {
  it.each(sealed)('compile and pass as they are: $planted', ({ project }) => {
    expect(compile(project)).toEqual({ ok: true, said: '' });
    expect(lint(project)).toMatchObject({ ok: true });
  });

  it.each(sealed)('let nobody reach the time, chance or ids of the machine: $planted', ({ project, planted }) => {
    writeFileSync(
      join(copy, planted),
      `${ways.map((way, nth) => `export const way${nth} = () => ${way};`).join('\n')}\n`,
    );
    const compiled = compile(project).said;
    const linted = lint(planted).said;
    rmSync(join(copy, planted));

    const refused = (nth: number) =>
      compiled.includes(`${planted}(${nth + 1},`) || new RegExp(`error .*line=${nth + 1},`).test(linted);
    expect(ways.filter((_, nth) => !refused(nth))).toEqual([]);
  });
});
