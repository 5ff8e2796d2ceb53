// @module-tag alone
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseJournal, runFolders } from '../../src/toolkit/chaos/journal/journal.ts';
import type { JournalEvent } from '../../src/toolkit/chaos/journal/journal-event.ts';
import { isClean, leftOver } from '../../src/toolkit/chaos/journal/left-over.ts';
import { type ChaosResult, chaosResultSchema } from '../../src/toolkit/chaos/run/chaos-result.ts';
import { type RunningCli, runCli, startCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { isRunning } from '../support/process-state.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';

const deadlineMs = 120_000;

let folder: ThrowawayFolder;
/** Ended in order after its test, whatever came of that: it puts back what it did. */
let running: RunningCli | null = null;

beforeEach(async () => {
  folder = throwawayFolder();
  await mkdir(folder.path, { recursive: true });
});

afterEach(async () => {
  running?.kill('SIGINT');
  await running?.ended;
  running = null;
  await folder.remove();
}, deadlineMs);

/** A server that would stand still for a minute, if nobody put it back. */
const longPause = `title: A long pause
why: so that there is something to put back
system: { mode: embedded }
load:
  title: Buyers
  sale: { products: [{ productId: ticket, quantity: 5000 }] }
  arrivals: [{ constant: { ratePerSecond: 10, forSeconds: 90 } }]
  buyers: { count: 900 }
steadyState:
  - { probe: http, of: every-server, min: 1, check: [before] }
faults:
  - { at: 100ms, for: 60s, fault: pause, target: server-1 }
`;

function journalOf(path: string): readonly JournalEvent[] {
  const [run] = runFolders(join(path, '.fluxgate-chaos'));
  return run === undefined ? [] : parseJournal(readFileSync(join(run, 'journal.ndjson'), 'utf8'));
}

/** Starts the experiment, and resolves while its fault holds, with who stands still and where the system is. */
async function startPause(): Promise<{
  readonly cli: RunningCli;
  readonly pids: readonly number[];
  readonly path: string;
}> {
  await writeFile(join(folder.path, 'pause.yaml'), longPause);
  const cli = startCli(['chaos', 'run', 'pause.yaml'], { cwd: folder.path, deadlineMs });
  running = cli;
  await cli.waitFor(/stands still \(state T\)/, deadlineMs);
  const left = leftOver(journalOf(folder.path));
  // of the fault pause
  const note = left.undos[0]?.note as { readonly running: { readonly processes: readonly { readonly pid: number }[] } };
  const pids = note.running.processes.map(({ pid }) => pid);
  expect(pids.every(isRunning)).toBe(true);
  return { cli, pids, path: left.systems[0]?.path ?? '' };
}

async function allGone(pids: readonly number[], path: string): Promise<void> {
  await eventually('every process has gone', () => !pids.some(isRunning));
  await eventually('the folder has gone', () => !existsSync(path));
  expect(isClean(leftOver(journalOf(folder.path)))).toBe(true);
}

test('a run that is killed in the middle of a fault leaves its undo to the next command', {
  timeout: deadlineMs,
}, async () => {
  const { cli, pids, path } = await startPause();

  cli.kill('SIGKILL');
  await cli.ended;
  const undone = await runCli(['chaos', 'undo'], { cwd: folder.path, deadlineMs });
  const again = await runCli(['chaos', 'undo'], { cwd: folder.path, deadlineMs });

  expect(undone).toMatchObject({ code: 0, stdout: expect.stringContaining('undone  pause of server-1') });
  expect(undone.stdout).toContain(`undone  the system in ${path}`);
  expect(again.stdout).toBe('Nothing is left to undo.\n');
  await allGone(pids, path);
});

test('Ctrl-C puts everything back before it leaves', { timeout: deadlineMs }, async () => {
  const { cli, pids, path } = await startPause();

  cli.kill('SIGINT');
  const { code } = await cli.ended;

  expect(code).toBe(130);
  await allGone(pids, path);
});

test('a server that is killed keeps every promise, and the report shows what happened when', {
  timeout: 240_000,
}, async () => {
  const names = ['server-killed', 'planted-ack-before-log'];
  const junit = join(folder.path, 'chaos.xml');
  const { code, stdout, stderr } = await runCli(['chaos', 'run', ...names, '--json', '--junit', junit], {
    cwd: folder.path,
    deadlineMs: 240_000,
  });

  const result: unknown = JSON.parse(stdout);
  expect(Value.Check(chaosResultSchema, result), stderr).toBe(true);
  const { experiments, folder: reports } = result as ChaosResult; // as it was checked
  expect(experiments.map(({ name, verdict, asExpected, reasons }) => ({ name, verdict, asExpected, reasons }))).toEqual(
    [
      { name: 'server-killed', verdict: 'passed', asExpected: true, reasons: [] },
      {
        name: 'planted-ack-before-log',
        verdict: 'violated',
        asExpected: true,
        reasons: expect.arrayContaining([expect.stringContaining('no-lost-order is violated')]),
      },
    ],
  );
  expect(code).toBe(0);
  expect(experiments[0]?.faults).toMatchObject([{ fault: 'kill', target: 'server-1', evidence: { seen: true } }]);
  expect(await readFile(junit, 'utf8')).toContain('tests="2" failures="0" errors="0" skipped="0"');
  expect(await readFile(join(reports, 'report.md'), 'utf8')).toContain(
    '![Timeline of server-killed](server-killed.svg)',
  );
  expect(await readFile(join(reports, 'server-killed.svg'), 'utf8')).toMatch(/^<svg[\s\S]*kill server-1[\s\S]*<\/svg>/);
});
