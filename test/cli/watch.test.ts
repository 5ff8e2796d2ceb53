import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openRecorder, readRecording } from '../../src/toolkit/watch/recording.ts';
import { aGoodMinute, reading, startMs } from '../builders/watch-sightings.ts';
import { entryPath, runCli, startCli } from '../support/cli.ts';
import { fakeEngine, sampleStats } from '../support/fake-engine.ts';
import { testServer } from '../support/test-server.ts';

let cwd: string;
let url: string;
let server: Awaited<ReturnType<typeof testServer>>;
let isOversold = false;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'fluxgate-watch-cli-'));
  const stats = async () => {
    const [sale] = sampleStats.sales;
    if (!isOversold || sale?.ledger == null) return sampleStats;
    const products = sale.ledger.products.map((product) => ({ ...product, sold: product.total + 1 }));
    return { ...sampleStats, sales: [{ ...sale, ledger: { ...sale.ledger, products } }] };
  };
  server = await testServer({ engine: fakeEngine({ stats }) });
  await server.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`; // listening on host and port, so no pipe
});

afterAll(async () => {
  await server.close();
  rmSync(cwd, { recursive: true, force: true });
});

describe('fluxgate watch', { timeout: 30_000 }, () => {
  test('says what to type where there is nothing to watch', async () => {
    const { code, stderr } = await runCli(['watch', '--once'], { cwd });

    expect(code).toBe(24);
    expect(stderr).toContain('no server is running');
    expect(stderr).toContain('fluxgate serve');
  });

  test('--once prints what there is, once', async () => {
    const { code, stdout } = await runCli(['watch', '--once', '--url', url], { cwd });

    expect(code).toBe(0);
    expect(stdout).toContain('of 100 units free');
    expect(stdout).toContain('37 sold · 3 held');
    expect(stdout).toContain('3 orders held, the oldest for 42 s');
  });

  test('--json prints one document, and ends with 20 where a product is oversold', async () => {
    isOversold = true;
    const { code, stdout } = await runCli(['watch', '--json', '--url', url], { cwd });
    isOversold = false;

    expect(code).toBe(20);
    expect(JSON.parse(stdout)).toMatchObject({
      freshness: 'live',
      sale: { saleId: 'default', free: 60, sold: 101, counters: { kind: 'violated' } },
      controller: 'server-1',
    });
  });

  test('--json-stream tells a document a second until it is interrupted, and records them on the way', async () => {
    const record = join(cwd, 'live.ndjson');
    const watch = startCli(['watch', '--json-stream', '--url', url, '--record', record], { cwd, deadlineMs: 30_000 });
    await watch.waitFor(/"freshness":"live"[^\n]*\n[^\n]*"freshness":"live"/);
    watch.kill('SIGINT');
    expect((await watch.ended).code).toBe(130);

    const replay = await runCli(['watch', '--json', '--replay', record], { cwd });

    expect(replay.code).toBe(0);
    expect(JSON.parse(replay.stdout).sale).toMatchObject({ saleId: 'default', free: 60 });
  });

  test('shows a log, the faults of an experiment and a verdict where it is told to', async () => {
    const record = join(cwd, 'all.ndjson');
    const log = join(cwd, 'serve.log');
    const chaos = join(cwd, 'chaos');
    mkdirSync(join(chaos, 'run'), { recursive: true });
    writeFileSync(log, 'the server is ready\n');
    const event = { kind: 'fault_injected', at: new Date().toISOString(), id: 1 };
    writeFileSync(join(chaos, 'run', 'journal.ndjson'), `${JSON.stringify(event)}\n`);
    const flags = ['--record', record, '--log', log, '--chaos-dir', chaos, '--verify-every', '1s'];
    const watch = startCli(['watch', '--json-stream', '--url', url, ...flags], { cwd, deadlineMs: 30_000 });
    // The books here are nobody's: what counts is that verify was asked, and that no answer is no pass.
    const told = await watch.waitFor(/"faults":\["fault"\][^\n]*"verdict":"(\w+)"/);
    watch.kill('SIGINT');
    await watch.ended;

    const seen = await readRecording(record);

    expect(told[1]).toBe('inconclusive');
    expect(seen.find(({ kind }) => kind === 'log')).toMatchObject({
      source: 'serve.log',
      lines: ['the server is ready'],
    });
  });

  test('refuses a time that is none', async () => {
    const { code, stderr } = await runCli(['watch', '--verify-every', 'often', '--url', url], { cwd });

    expect(code).toBe(2);
    expect(stderr).toContain('--verify-every often is not a time like 30s');
  });

  test('refuses a sale that the server does not have', async () => {
    const { code, stderr } = await runCli(['watch', '--once', '--url', url, '--sale', 'nope'], { cwd });

    expect(code).toBe(24);
    expect(stderr).toContain('fluxgate sale list');
  });
});

describe('a recording', { timeout: 30_000 }, () => {
  const path = () => join(cwd, 'night.ndjson');

  beforeAll(async () => {
    const recorder = await openRecorder(path(), 'http://127.0.0.1:3000', startMs);
    for (const sighting of [...aGoodMinute(), reading(61, { free: 0, sold: 1_000 })]) recorder.write(sighting);
    await recorder.close();
  });

  test('is told line by line without waiting, from where one wants', async () => {
    const { code, stdout } = await runCli(['watch', '--replay', path(), '--from', '50s'], { cwd });
    const lines = stdout.trim().split('\n');

    expect(code).toBe(0);
    expect(lines[0]).toContain('09:00:50 live · black-friday open');
    expect(lines).toHaveLength(12);
    expect(lines.at(-1)).toContain('free 0/1,000');
  });

  test('is summed up at its end, or at a moment', async () => {
    const end = await runCli(['watch', '--replay', path(), '--once'], { cwd });
    const moment = await runCli(['watch', '--replay', path(), '--json', '--from', '10s'], { cwd });

    expect(end.stdout).toContain('1,000 sold');
    expect(JSON.parse(moment.stdout)).toMatchObject({ at: '2026-11-27T09:00:10.000Z' });
  });

  test('has no server to change, to verify or to record from', async () => {
    const both = await runCli(['watch', '--replay', path(), '--url', url], { cwd });
    const speed = await runCli(['watch', '--speed', '2'], { cwd });

    expect([both.code, speed.code]).toEqual([2, 2]);
  });
});

// util-linux's, which gives a program a terminal.
describe.runIf(process.platform === 'linux')('on a terminal', { timeout: 30_000 }, () => {
  test('the dashboard has a screen of its own, hears its keys, and leaves the terminal as it was', async () => {
    const path = join(cwd, 'screen.ndjson');
    const recorder = await openRecorder(path, 'http://127.0.0.1:3000', startMs);
    for (const sighting of aGoodMinute()) recorder.write(sighting);
    await recorder.close();
    const { CI, NO_COLOR, ...env } = process.env;
    const command = `stty cols 100 rows 30; ${process.execPath} ${entryPath} watch --replay ${path} --from 30s --speed 2`;
    const terminal = spawn('script', ['-qfec', command, '/dev/null'], { env: { ...env, TERM: 'xterm-256color' } });
    let shown = '';
    terminal.stdout.on('data', (piece: Buffer) => {
      shown += piece.toString();
    });
    onTestFinished(() => void terminal.kill()); // a failure leaves before the q
    const code = new Promise((resolve) => terminal.on('exit', resolve));

    await expect.poll(() => shown, { timeout: 20_000 }).toContain('186 sold');
    expect(shown).toContain('2x 30 s');
    terminal.stdin.write('3');
    await expect.poll(() => shown, { timeout: 20_000 }).toContain('fluxgate verify has not run yet');
    terminal.stdin.write('q');

    expect(await code).toBe(0);
    expect(shown).toContain('\u001b[?1049h');
    expect(shown.trimEnd().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
  });
});
