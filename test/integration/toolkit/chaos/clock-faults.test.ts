import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clockEnv } from '../../../../src/toolkit/chaos/clock/clock-file.ts';
import { chaosFaults } from '../../../../src/toolkit/chaos/fault/fault-registry.ts';
import { aPart, aRun, faultNamed, undoTools } from '../../../support/chaos-run.ts';
import { eventually } from '../../../support/eventually.ts';

/** What a program may ask for the time, in a line each turn. */
const program = `setInterval(() => console.log(JSON.stringify({
  now: Date.now(), fresh: new Date().getTime(), text: Date(), given: new Date(5).getTime(), is: new Date() instanceof Date,
  utc: Date.UTC(1970, 0, 2), monotonic: performance.now(),
})), 5)`;

interface Told {
  readonly now: number;
  readonly fresh: number;
  readonly text: string;
  readonly given: number;
  readonly is: boolean;
  readonly utc: number;
  readonly monotonic: number;
}

let folder: string;
let child: ChildProcess;
let told: Told[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-clock-'));
  const env = { ...process.env, ...clockEnv(folder, 'server-1') };
  child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'], env });
  // of this child alone: the one before may have lines on their way
  const lines: Told[] = [];
  told = lines;
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as Told));
});

afterEach(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function nextTold(): Promise<Told> {
  const before = told.length + 1; // the one on its way was said before
  await eventually('the child says what time it is', () => told.length > before);
  const last = told.at(-1);
  if (last === undefined) throw new Error('the child said nothing');
  return last;
}

/** How far its clock is off, to a minute: what a busy machine takes to say so is less. */
const minutesOff = (ms: number) => Math.round((ms - Date.now()) / 60_000);

test('a jump shifts every way to ask for the date, and no other, until the undo', async () => {
  await nextTold();
  const run = aRun({ target: aPart({ kind: 'server', name: 'server-1', child }), workDir: folder });
  const jump = faultNamed('clock_jump');
  const context = run({ ms: -3_600_000 });

  const note = await jump.prepare(context);
  const evidence = await jump.inject(context, note);

  expect(evidence).toMatchObject({ seen: true, what: expect.stringContaining('-3600000 ms off') });
  const during = await nextTold();
  expect([during.now, during.fresh, Date.parse(during.text)].map(minutesOff)).toEqual([-60, -60, -60]);
  expect(during).toMatchObject({ given: 5, is: true, utc: 86_400_000 });

  await jump.undo(note, undoTools({ sameRunner: false }));
  await eventually('the clock is true again', async () => minutesOff((await nextTold()).now) === 0);
});

test('a drift makes the clocks of a process faster than the machine’s', async () => {
  await nextTold();
  const run = aRun({ target: aPart({ kind: 'server', name: 'server-1', child }), workDir: folder });
  const drift = faultNamed('clock_drift');
  const context = run({ ppm: 1_000_000 });
  const note = await drift.prepare(context);

  expect(await drift.inject(context, note)).toMatchObject({ seen: true });

  const first = await nextTold();
  await eventually('a tenth of a second was gained', async () => {
    const { now, monotonic } = await nextTold();
    // the monotonic clock gains what the wall clock does
    return now - Date.now() > 100 && Math.abs(monotonic - first.monotonic - (now - first.now)) < 50;
  });
  await drift.undo(note, undoTools());
});

test('a process that did not load the module has no clocks to shift', async () => {
  const run = aRun({ target: aPart({ kind: 'server', name: 'server-2', child }), workDir: folder });

  await expect(chaosFaults.get('clock_jump')?.prepare(run({ ms: 1 }))).rejects.toMatchObject({ code: 'not_found' });
});
