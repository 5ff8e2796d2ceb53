import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processTree } from '../../../../src/toolkit/bench/process-cpu.ts';
import type { HistoryEntry } from '../../../../src/toolkit/history/history-entry.ts';
import { readHistory } from '../../../../src/toolkit/history/read-history.ts';
import { type LoadOptions, runLoad } from '../../../../src/toolkit/load/run-load.ts';
import { eventually } from '../../../support/eventually.ts';
import { aScenario } from '../../../unit/toolkit/load/a-scenario.ts';
import { acceptedAs, type StubServer, stubServer } from './stub-server.ts';

describe('a run of several generators', () => {
  let folder: string;
  let history: string;
  let server: StubServer;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fluxgate-fleet-'));
    history = join(folder, 'history.ndjson');
    server = await stubServer((order) => acceptedAs(`o-${order.key}`));
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  function load(options: Partial<LoadOptions>) {
    return runLoad({ scenario: aScenario(), saleId: 'test', crowd: 'c', target: server.url, ...options });
  }

  async function entries(): Promise<HistoryEntry[]> {
    const read: HistoryEntry[] = [];
    for await (const entry of readHistory(history)) read.push(entry);
    return read;
  }

  /** Processes that this one has started and that live. */
  async function children(): Promise<number[]> {
    return (await processTree(process.pid)).slice(1);
  }

  it('sends the crowd of one, dealt out, and brings home one result and one history', async () => {
    const result = await load({ generators: 3, history });

    const keys = Array.from({ length: 100 }, (_, n) => `c-k${n}`);
    expect(new Set(server.orders.map((order) => order.key))).toEqual(new Set(keys));
    expect(result).toMatchObject({
      arrivals: { planned: 100, arrived: 100 },
      requests: { sent: 100, answered: 100 },
      generator: { died: 0 },
      history,
    });
    expect(result.generator.processes.map(({ sent }) => sent)).toEqual([34, 33, 33]);
    expect(result.slices.list.reduce((sum, slice) => sum + slice.sent, 0)).toBe(100);
    const written = await entries();
    expect(new Set(written.map((entry) => entry.key))).toEqual(new Set(keys));
    const done = written.map((entry) => entry.doneMs);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(await readdir(folder)).toEqual(['history.ndjson']);
  });

  it('is inconclusive where one of them dies, and keeps what the others and its history brought', async () => {
    const before = await children();
    let killed: Promise<void> | undefined;
    const killOne = async (): Promise<void> => {
      const [victim] = (await children()).filter((pid) => !before.includes(pid));
      if (victim !== undefined) process.kill(victim, 'SIGKILL');
    };
    const scenario = aScenario({ arrivals: [{ kind: 'constant', ratePerSecond: 100, forSeconds: 2 }] });

    const result = await load({
      scenario,
      generators: 2,
      history,
      progressEveryMs: 20,
      onProgress: ({ answers }) => {
        if (answers > 10) killed ??= killOne();
      },
    });
    await killed;

    expect(result.verdict).toBe('inconclusive');
    expect(result.doubts[0]).toMatch(/^generator \d of 2 was ended by SIGKILL before it reported/);
    expect(result.generator.died).toBe(1);
    expect(result.arrivals).toMatchObject({ planned: 200, arrived: 100 });
    expect((await entries()).length).toBeGreaterThanOrEqual(100);
    expect(await children()).toEqual(before);
  });

  it('ends with all its processes when it is interrupted, and counts what was under way', async () => {
    const before = await children();
    const stop = new AbortController();
    const scenario = aScenario({ arrivals: [{ kind: 'constant', ratePerSecond: 100, forSeconds: 15 }] });

    const result = await load({
      scenario,
      generators: 2,
      history,
      signal: stop.signal,
      progressEveryMs: 20,
      onProgress: ({ answers }) => {
        if (answers > 10) stop.abort();
      },
    });

    expect(result).toMatchObject({ ended: 'interrupted', verdict: 'inconclusive', generator: { died: 0 } });
    expect(await entries()).toHaveLength(result.requests.answered);
    await eventually('no generator is left', async () => (await children()).length === before.length);
  });

  it('fails with the reason of a generator that cannot begin', async () => {
    const nowhere = join(folder, 'missing', 'history.ndjson');

    await expect(load({ generators: 2, history: nowhere })).rejects.toMatchObject({ code: 'history_unwritable' });
  });

  it('leaves no parts of its history where it fails, or is interrupted, before anybody was sent', async () => {
    await mkdir(`${history}.part-2`);

    await expect(load({ generators: 2, history })).rejects.toMatchObject({ code: 'history_unwritable' });
    expect(await readdir(folder)).toEqual(['history.ndjson.part-2']);

    await rm(`${history}.part-2`, { recursive: true });
    const signal = AbortSignal.abort();
    await expect(load({ generators: 2, history, signal })).rejects.toMatchObject({ code: 'interrupted' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('makes one history of what there is where a generator fails later', async () => {
    execFileSync('mkfifo', [`${history}.part-2`]);
    const reader = openSync(`${history}.part-2`, constants.O_RDWR);
    let reading = true;
    const scenario = aScenario({ arrivals: [{ kind: 'constant', ratePerSecond: 100, forSeconds: 2 }] });

    const failed = load({
      scenario,
      generators: 2,
      history,
      progressEveryMs: 20,
      onProgress: ({ answers }) => {
        if (answers <= 10 || !reading) return;
        reading = false;
        closeSync(reader); // whoever writes into it hears EPIPE
      },
    });

    await expect(failed).rejects.toMatchObject({ code: 'history_unwritable' });
    expect((await entries()).length).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual(['history.ndjson']);
  });
});
