import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isRunbookProcess, type JournalProcess } from '../../../../src/toolkit/runbook/journal/is-runbook-process.ts';
import type { JournalEvent } from '../../../../src/toolkit/runbook/journal/journal-event.ts';
import { journalText, runsText } from '../../../../src/toolkit/runbook/journal/journal-text.ts';
import { findRun, readRuns } from '../../../../src/toolkit/runbook/journal/read-runs.ts';
import { isUnfinished, summaryOf } from '../../../../src/toolkit/runbook/journal/run-summary.ts';
import { journalFolder, openJournal } from '../../../../src/toolkit/runbook/journal/write-journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'fluxgate-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

const start = {
  event: 'run_started',
  format: 1,
  run: '20261123T101500-test-ab12',
  runbook: 'test',
  path: '/test.md',
  title: 'A test',
  digest: 'd',
  by: 'ann@here',
  pid: 4_194_305, // beyond what Linux gives away
  version: '1.2.3',
  parameters: { sale: 'night' },
  steps: ['one', 'two'],
} as const;

const ended = (step: string, result: 'done' | 'failed' | 'interrupted') =>
  ({ event: 'step_ended', step, result, why: '', ms: 5 }) as const;
const noProcess = () => undefined;
const at = '2026-11-23T10:15:00.000Z';
const timed = (events: readonly object[]) => events.map((event) => ({ at, ...event })) as JournalEvent[];

describe('a journal', () => {
  const path = join(journalFolder(folder), `${start.run}.ndjson`);

  it('is for its owner alone, and survives a crash in the middle of a line', () => {
    const first = openJournal(path);
    first.write(start);
    first.write(ended('one', 'done'));
    first.close();
    appendFileSync(path, '{"at":"2026');
    const second = openJournal(path);
    second.write({ event: 'run_resumed', by: 'bob@here', pid: 4_194_305, version: '1.2.3' });
    second.close();

    const run = findRun(folder, 'test', noProcess);

    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(run.events.map(({ event }) => event)).toEqual(['run_started', 'step_ended', 'run_resumed']);
    expect(run.summary).toMatchObject({ state: 'crashed', by: ['ann@here', 'bob@here'] });
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(5);
  });

  it('is read by people', () => {
    const run = findRun(folder, start.run, noProcess);

    expect(runsText(readRuns(folder, noProcess))).toMatch(/test-ab12 +crashed +1\/2 +ann@here, bob@here/);
    expect(journalText(run)).toContain('with sale=night');
    expect(journalText(run)).toContain('bob@here goes on with it');
    expect(() => findRun(folder, 'nope', noProcess)).toThrow('there is no run nope');
  });
});

describe('a run', () => {
  it.each([
    ['done', [ended('one', 'done'), { event: 'run_ended', result: 'done' }], false],
    ['failed', [ended('one', 'failed'), { event: 'run_ended', result: 'failed' }], true],
    ['interrupted', [ended('one', 'interrupted'), { event: 'run_ended', result: 'interrupted' }], true],
    ['rolled_back', [ended('one', 'failed'), { event: 'run_ended', result: 'rolled_back' }], false],
    ['crashed', [{ event: 'step_started', step: 'one', title: 'One' }], true],
    [
      'crashed',
      [
        { event: 'run_ended', result: 'failed' },
        { event: 'run_resumed', by: 'x', pid: 1, version: '1' },
      ],
      true,
    ],
  ] as const)('is %s as its journal says', (state, events, unfinished) => {
    const summary = summaryOf(timed([start, ...events]), () => false);

    expect(summary?.state).toBe(state);
    expect(summary && isUnfinished(summary)).toBe(unfinished);
  });

  it('is running while its process is there', () => {
    expect(summaryOf(timed([start]), ({ pid }) => pid === start.pid)?.state).toBe('running');
  });

  it('has crashed where its pid is another process now, this very one included', () => {
    const stateOf = (writer: object, now: string) =>
      summaryOf(timed([{ ...start, pid: process.pid, ...writer }]), (one) => isRunbookProcess(one, () => now))?.state;

    expect(stateOf({ identity: 'boot:17' }, 'boot:17')).toBe('running');
    expect(stateOf({ identity: 'boot:17' }, 'boot:99')).toBe('crashed');
    expect(stateOf({}, 'boot:99')).toBe('crashed');
  });

  it('belongs to whoever went on with it last', () => {
    const resumed = { event: 'run_resumed', by: 'x', pid: 7, identity: 'boot:7', version: '1' };
    const isAlive = (one: JournalProcess) => isRunbookProcess(one, (pid) => `boot:${pid}`);

    expect(summaryOf(timed([{ ...start, identity: 'boot:1' }]), isAlive)?.state).toBe('crashed');
    expect(summaryOf(timed([{ ...start, identity: 'boot:1' }, resumed]), isAlive)?.state).toBe('running');
  });

  it('has to do again what was begun anew or taken back', () => {
    const summary = summaryOf(
      timed([
        start,
        ended('one', 'done'),
        ended('two', 'done'),
        { event: 'step_started', step: 'two', title: 'Two' },
        { event: 'rolled_back', step: 'one', result: 'done', why: '' },
      ]),
      () => false,
    );

    expect(summary?.steps).toEqual(new Map());
  });

  it('does not do again what could not be taken back', () => {
    const notTakenBack = { event: 'rolled_back', step: 'one', result: 'failed', why: 'it ended with 1' };
    const summary = summaryOf(timed([start, ended('one', 'done'), notTakenBack]), () => false);

    expect(summary?.steps).toEqual(new Map([['one', 'done']]));
  });

  it('without its first line is none', () => {
    expect(summaryOf(timed([ended('one', 'done')]), () => false)).toBeUndefined();
  });
});
