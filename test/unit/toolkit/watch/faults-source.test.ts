import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { JournalReader, watchFaults } from '../../../../src/toolkit/watch/faults-source.ts';
import type { Seen } from '../../../../src/toolkit/watch/sighting.ts';
import { startMs } from '../../../builders/watch-sightings.ts';

function line(kind: string, second: number, more: object = {}): string {
  return JSON.stringify({ kind, at: new Date(startMs + second * 1_000).toISOString(), ...more });
}

const evidence = { seen: true, what: 'it is gone' };

it('names each fault as it was announced, and tells when it came, went or failed', () => {
  const reader = new JournalReader('run-1');
  const lines = [
    line('run_started', 0),
    line('undo_registered', 1, { id: 1, fault: 'kill', target: 'redis', note: {} }),
    line('fault_injected', 2, { id: 1, evidence }),
    line('undo_registered', 3, { id: 2, fault: 'latency', target: 'kafka', note: {} }),
    line('fault_failed', 4, { id: 2, why: 'no proxy' }),
    line('undone', 9, { id: 1, by: 'timeline' }),
    '{"kind":"undone","at":',
  ];

  const seen = lines.flatMap((one) => reader.read(one) ?? []);

  expect(seen.map(({ atMs, fault }) => [(atMs - startMs) / 1_000, fault.title, fault.phase])).toEqual([
    [2, 'kill redis', 'on'],
    [4, 'latency kafka', 'failed'],
    [9, 'kill redis', 'off'],
  ]);
});

it.each(['a file', 'a folder of what is no run'])(
  'goes on over %s where the folder of the runs should be',
  async (what) => {
    const folder = mkdtempSync(join(tmpdir(), 'fluxgate-chaos-'));
    const chaosDir = join(folder, 'chaos');
    const stop = new AbortController();
    const seen: Seen<'fault'>[] = [];
    if (what === 'a file') writeFileSync(chaosDir, 'no folder');
    else {
      mkdirSync(join(chaosDir, 'run', 'journal.ndjson'), { recursive: true }); // EISDIR where it is read
      writeFileSync(join(chaosDir, 'notes.txt'), 'no run'); // ENOTDIR below it
    }

    const watching = watchFaults(chaosDir, Date.now, (one) => void seen.push(one), stop.signal);
    rmSync(chaosDir, { recursive: true });
    mkdirSync(join(chaosDir, 'new'), { recursive: true });
    const line = { kind: 'fault_injected', at: new Date().toISOString(), id: 7 };
    writeFileSync(join(chaosDir, 'new', 'journal.ndjson'), `${JSON.stringify(line)}\n`);
    await expect.poll(() => seen.length).toBe(1);
    stop.abort();
    await watching;
    rmSync(folder, { recursive: true });
  },
);

it('follows the journals of a folder, those also that come later, but no run of yesterday', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxgate-chaos-'));
  const now = Date.now();
  const at = (ms: number) => new Date(ms).toISOString();
  const journal = (run: string) => join(folder, run, 'journal.ndjson');
  const stop = new AbortController();
  const seen: Seen<'fault'>[] = [];
  mkdirSync(join(folder, 'old'));
  writeFileSync(journal('old'), `${JSON.stringify({ kind: 'fault_injected', at: at(now - 86_400_000), id: 1 })}\n`);

  const watching = watchFaults(
    folder,
    () => now,
    (one) => void seen.push(one),
    stop.signal,
  );
  mkdirSync(join(folder, 'new'));
  writeFileSync(journal('new'), `${JSON.stringify({ kind: 'fault_injected', at: at(now), id: 7 })}\n{"kind":"und`);
  await expect.poll(() => seen.length).toBe(1);
  appendFileSync(journal('new'), `one","at":"${at(now + 1)}","id":7}\n`);
  await expect.poll(() => seen.length).toBe(2);
  stop.abort();
  await watching;
  rmSync(folder, { recursive: true });

  expect(seen.map(({ fault }) => fault.phase)).toEqual(['on', 'off']);
});
