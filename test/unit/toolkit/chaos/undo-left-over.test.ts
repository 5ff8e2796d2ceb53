import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stackParts } from '../../../../src/compose-stack.ts';
import { Journal } from '../../../../src/toolkit/chaos/journal/journal.ts';
import { isClean, leftOver } from '../../../../src/toolkit/chaos/journal/left-over.ts';
import { type Recovered, undoLeftOver } from '../../../../src/toolkit/chaos/journal/undo-left-over.ts';
import { mayGoOn } from '../../../../src/toolkit/chaos/run/may-go-on.ts';
import type { ChaosHost } from '../../../../src/toolkit/chaos/system/chaos-host.ts';
import { writeStackFile } from '../../../../src/toolkit/stack/stack-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-left-over-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const host = { parts: stackParts } as ChaosHost; // no service is started here

/** The journal of a run whose process has gone. */
function cutOff(): Journal {
  const journal = Journal.begin(join(folder, 'run-1'));
  const runner = { pid: process.pid, identity: 'an earlier process' };
  journal.write({ kind: 'run_started', runId: '1', runner, version: '1', seed: null, experiments: [] });
  return journal;
}

function taken(stackDir: string) {
  const note = { stackDir, service: 'postgres', tag: '0123456789ab' };
  return { kind: 'undo_registered', id: 1, fault: 'postgres_connections', target: 'postgres', note } as const;
}

async function recover(): Promise<readonly Recovered[]> {
  return undoLeftOver(folder, host, () => {});
}

function isDone(): boolean {
  return isClean(leftOver(Journal.of(join(folder, 'run-1'))?.events ?? []));
}

describe('what a run that was cut off did to a stack', () => {
  it('went with the stack, where that was removed', async () => {
    cutOff().write(taken(join(folder, 'no-stack')));

    expect(await recover()).toMatchObject([{ undone: ['postgres_connections of postgres'], failed: [] }]);
    expect(isDone()).toBe(true);
  });

  it('waits for the stack, where that was stopped and kept its data', async () => {
    const stackDir = join(folder, 'stack');
    mkdirSync(stackDir);
    writeStackFile(stackDir, { provider: 'native', variants: [], proxied: false, services: [] });
    cutOff().write(taken(stackDir));

    expect(await recover()).toMatchObject([{ undone: [], failed: [{ what: 'postgres_connections of postgres' }] }]);
    expect(isDone()).toBe(false);
  });

  it('is done with the system that the run had started for itself, whatever its undo says', async () => {
    const journal = cutOff();
    journal.write({ kind: 'system_opening', path: join(folder, 'own'), stack: true });
    journal.write({ ...taken('unreadable'), note: {} });

    const [recovered] = await recover();
    expect(recovered?.failed).toEqual([]);
    expect(recovered?.undone).toContain('postgres_connections of postgres');
    expect(isDone()).toBe(true);
  });
});

it('is told, and keeps a given stack from being used, where it could not be undone', () => {
  const said: string[] = [];
  const recovered = [{ folder, undone: [], failed: [{ what: 'pause of redis', why: 'it is away' }] }];

  mayGoOn(recovered, (line) => said.push(line), false);
  expect(said).toEqual(['could not undo pause of redis: it is away']);
  expect(() => mayGoOn(recovered, () => {}, true)).toThrow('1 fault of an earlier run could not be undone');
  mayGoOn([{ folder, undone: ['pause of redis'], failed: [] }], () => {}, true);
});
