import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Journal, runFolders } from '../../../../src/toolkit/chaos/journal/journal.ts';
import { leftOver } from '../../../../src/toolkit/chaos/journal/left-over.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-journal-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const registered = { kind: 'undo_registered', id: 1, fault: 'pause', target: 'redis', note: { pid: 12 } } as const;

it('is on the disk when an event was written, and goes on where another process left off', () => {
  const run = join(folder, 'run-1');
  Journal.begin(run).write(registered);

  const later = Journal.of(run);
  expect(runFolders(folder)).toEqual([run]);
  expect(leftOver(later?.events ?? []).undos).toMatchObject([{ id: 1, note: { pid: 12 } }]);
  later?.write({ kind: 'undone', id: 1, by: 'next_command' });

  expect(leftOver(Journal.of(run)?.events ?? []).undos).toEqual([]);
});

it('has the newest undo first, and the systems that are still there', () => {
  const journal = Journal.begin(join(folder, 'run-1'));
  journal.write({ kind: 'system_opening', path: '/a', stack: true });
  journal.write({ kind: 'system_closed', path: '/a' });
  journal.write({ kind: 'system_opening', path: '/b', stack: false });
  journal.write(registered);
  journal.write({ ...registered, id: 2 });

  const left = leftOver(journal.events);

  expect(left.undos.map(({ id }) => id)).toEqual([2, 1]);
  expect(left.systems.map(({ path }) => path)).toEqual(['/b']);
});

it('lets nothing be done that it cannot announce, and undoes go on without it', () => {
  const run = join(folder, 'run-1');
  const journal = Journal.begin(run);
  rmSync(run, { recursive: true });

  expect(() => journal.write(registered)).toThrow('cannot be written');
  journal.write({ kind: 'undone', id: 1, by: 'end' });

  expect(journal.events.map(({ kind }) => kind)).toEqual(['undone']);
});
