import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningCli, runCli, startCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';

let folder: ThrowawayFolder;
/** The demo makes its folder in here, so that whatever it leaves is seen. */
let temporary: string;

beforeEach(() => {
  folder = throwawayFolder();
  temporary = join(folder.path, 'tmp');
  mkdirSync(temporary);
});

afterEach(async () => {
  // Nothing may be left; where it is, it must not outlive the test.
  for (const { pid } of left()) process.kill(pid, 'SIGKILL');
  await folder.remove();
});

const options = () => ({ env: { TMPDIR: temporary }, cwd: folder.path, deadlineMs: 120_000 });
const small = ['demo', '--buyers', '2000', '--stock', '100'];

/** Processes whose command line names our folder. */
function left(): readonly { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid)) return [];
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return command.includes(temporary) ? [{ pid, command }] : [];
    } catch {
      return []; // it went meanwhile
    }
  });
}

test('ends 0 with a proven document, and leaves only the report', async () => {
  const { code, stdout, stderr } = await runCli([...small, '--json'], options());

  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({
    verdict: 'proven',
    buyers: 2_000,
    stock: 100,
    outageMs: expect.any(Number),
    verify: { exitCode: 0, verdict: 'holds', classes: { lost: 0, duplicated: 0, stranded: 0 } },
  });
  expect(left()).toEqual([]);
  const [made, ...more] = readdirSync(temporary).filter((name) => name.startsWith('fluxgate-demo-'));
  expect(more).toEqual([]);
  expect(readdirSync(join(temporary, made ?? ''))).toEqual(['report']);
  expect(readdirSync(document.report).sort()).toEqual(['history.ndjson', 'load.json', 'verify.json']);
});

test.each([
  ['while the server starts', /./],
  ['while the crowd is there', /buyers on their way/],
  ['while its killed server starts again', /killed, starting it again/],
])('Ctrl-C %s leaves no process and no folder', async (_when, pattern) => {
  const demo: RunningCli = startCli(small, options());
  await demo.waitFor(pattern);

  demo.kill('SIGINT');
  const { code, signal } = await demo.ended;

  expect({ code, signal }).toEqual({ code: 130, signal: null });
  await eventually('everything it started has gone', () => left().length === 0);
  expect(readdirSync(temporary).filter((name) => name.startsWith('fluxgate-demo-'))).toEqual([]);
});
