// @module-tag linux
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aPart, aRun, type FaultRun, faultNamed, undoTools } from '../../../support/chaos-run.ts';
import { eventually } from '../../../support/eventually.ts';

let child: ChildProcess;
let run: FaultRun;
const startedAgain: string[] = [];
const tools = undoTools({
  async startAgain({ name }) {
    startedAgain.push(name);
  },
});

beforeEach(async () => {
  startedAgain.length = 0;
  await start('setInterval(() => process.stdout.write("."), 5)');
});

afterEach(async () => {
  await run.closeKept();
  child.kill('SIGKILL');
});

/** The part is a process that runs this program. */
async function start(program: string): Promise<void> {
  child?.kill('SIGKILL');
  child = spawn(process.execPath, ['-e', program], { stdio: 'pipe' });
  run = aRun({ target: aPart({ kind: 'server', name: 'server-1', child }) });
  if (child.stdout) await once(child.stdout, 'data');
}

/** Counts what the child writes from now on. */
function written(): () => number {
  let bytes = 0;
  child.stdout?.on('data', (piece: Buffer) => {
    bytes += piece.length;
  });
  return () => bytes;
}

const pidOf = () => child.pid ?? 0;
const dataLimit = () => /^Max data size\s+(\S+)/m.exec(readFileSync(`/proc/${pidOf()}/limits`, 'utf8'))?.[1];
const coresOf = () =>
  execFileSync('taskset', ['-cp', String(pidOf())], { encoding: 'utf8' })
    .split(': ')[1]
    ?.trim();

test('a paused process stands still until the undo, which another runner may make', async () => {
  const fault = faultNamed('pause');
  const context = run({});
  const bytes = written();
  await eventually('the child writes', () => bytes() > 0);

  const note: unknown = JSON.parse(JSON.stringify(await fault.prepare(context)));
  const evidence = await fault.inject(context, note);
  expect(evidence).toMatchObject({ seen: true, what: expect.stringContaining('stands still') });

  const before = bytes();
  await fault.undo(note, undoTools({ sameRunner: false }));
  await eventually('the child goes on', () => bytes() > before + 10);
  await fault.undo(note, tools);
});

test('a killed process is gone, and its undo starts the part again', async () => {
  const fault = faultNamed('kill');
  const context = run({});

  const note = await fault.prepare(context);
  const evidence = await fault.inject(context, note);
  await fault.undo(note, tools);

  expect(evidence).toMatchObject({ seen: true, what: expect.stringContaining('has gone') });
  expect(startedAgain).toEqual(['server-1']);
});

test('a restarted process may end in order, and its undo starts the part again', async () => {
  await start('process.on("SIGTERM", () => process.exit(7)); setInterval(() => process.stdout.write("."), 5)');
  const exit = once(child, 'exit');
  const fault = faultNamed('restart');
  const context = run({});

  const note = await fault.prepare(context);
  const evidence = await fault.inject(context, note);
  await fault.undo(note, tools);

  expect(evidence).toMatchObject({ seen: true, what: expect.stringContaining('stopped in order') });
  expect(await exit).toEqual([7, null]);
  expect(startedAgain).toEqual(['server-1']);
});

test('a process with no more memory than it has ends when it asks for more, and the part is started again', async () => {
  await start(
    'const all = []; setInterval(() => {}, 1e6); process.stdout.write("."); process.on("SIGUSR2", () => { for (;;) all.push(Buffer.alloc(1e7, 1)); })',
  );
  const ended = once(child, 'exit');
  const fault = faultNamed('memory_limit');
  const context = run({ spareMb: 16 });
  const note = await fault.prepare(context);

  const evidence = await fault.inject(context, note);
  expect(evidence).toMatchObject({ seen: true, facts: { limit: dataLimit() } });
  child.kill('SIGUSR2');
  const [code, signal] = await ended;
  expect({ code, signal }).not.toEqual({ code: 0, signal: null });
  await fault.undo(note, tools);

  expect(startedAgain).toEqual(['server-1']);
});

test('a process that lives with its memory limit has none after the undo', async () => {
  const fault = faultNamed('memory_limit');
  const before = dataLimit();
  const context = run({ spareMb: 512 });
  const note: unknown = JSON.parse(JSON.stringify(await fault.prepare(context)));

  await fault.inject(context, note);
  expect(dataLimit()).not.toBe(before);
  await fault.undo(note, undoTools({ sameRunner: false }));

  expect(dataLimit()).toBe(before);
});

test('a process shares one core with those that burn it, and has all of its cores after the undo', async () => {
  const fault = faultNamed('cpu_hog');
  const before = coresOf();
  const context = run({ hogs: 2 });
  const note: unknown = JSON.parse(JSON.stringify(await fault.prepare(context)));

  const evidence = await fault.inject(context, note);

  expect(evidence).toMatchObject({ seen: true });
  expect(coresOf()).toMatch(/^\d+$/);
  await run.closeKept();
  const hogs = execFileSync('ps', ['-o', 'args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  expect(hogs).not.toContain('burn');
  await fault.undo(note, undoTools({ sameRunner: false }));
  expect(coresOf()).toBe(before);
});

test('no signal goes to a later process with the same pid', async () => {
  const fault = faultNamed('pause');
  const other = { kind: 'process', processes: [{ pid: pidOf(), identity: 'of another one' }] };

  const evidence = await fault.inject(run({}), { running: other });

  expect(evidence.seen).toBe(false);
  const bytes = written();
  await eventually('the child still writes', () => bytes() > 0);
});

test('a fault refuses a note that is not its own, and a part that is down', async () => {
  await expect(faultNamed('kill').undo({ processes: [] }, tools)).rejects.toMatchObject({ code: 'fault' });
  const gone = aRun({ target: aPart({ kind: 'server', name: 'server-1' }) });
  await expect(faultNamed('pause').prepare(gone({}))).rejects.toMatchObject({ code: 'not_found' });
});
