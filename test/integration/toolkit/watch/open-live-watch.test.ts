import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stackParts } from '../../../../src/compose-stack.ts';
import { loadConfig } from '../../../../src/config/load-config.ts';
import type { Engine } from '../../../../src/engine/engine.ts';
import { announceServer } from '../../../../src/server/address-file.ts';
import { type LiveWatch, type LiveWatchUse, openLiveWatch } from '../../../../src/toolkit/watch/open-live-watch.ts';
import { readRecording } from '../../../../src/toolkit/watch/recording.ts';
import { freshnessOf } from '../../../../src/toolkit/watch/scene.ts';
import { fakeEngine, sampleSale } from '../../../support/fake-engine.ts';
import { testServer } from '../../../support/test-server.ts';

let folder: string;
let closing: (() => Promise<unknown>)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-live-watch-'));
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** A server that has written its address into the folder. */
async function serve(engine: Partial<Engine> = {}): Promise<{ readonly url: string; end(): Promise<void> }> {
  const app = await testServer({ engine: fakeEngine(engine) });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`; // listening on host and port, so no pipe
  const takeBack = announceServer(folder, url, { shared: false });
  const end = async () => {
    takeBack();
    await app.close();
  };
  closing.push(end);
  return { url, end };
}

async function watch(change: Partial<LiveWatchUse> = {}): Promise<LiveWatch> {
  const { value: config } = await loadConfig({ flags: { 'data-dir': folder }, env: {}, cwd: folder });
  const live = await openLiveWatch({
    root: process.cwd(),
    config,
    stackParts,
    url: undefined,
    verifyEveryMs: null,
    logFiles: [],
    chaosDir: `${folder}/chaos`,
    record: undefined,
    ...change,
  });
  closing.push(() => live.close());
  return live;
}

const kindOf = (live: LiveWatch) => freshnessOf(live.feed.state, Date.now()).kind;

describe('a live watch', () => {
  it('says that a server is gone, and finds the next one of the folder by itself', async () => {
    const first = await serve();
    const live = await watch();
    live.start();
    expect(kindOf(live)).toBe('live');

    await first.end();
    await expect.poll(() => kindOf(live), { timeout: 20_000 }).toBe('stale');
    const second = await serve();

    await expect.poll(() => kindOf(live), { timeout: 20_000 }).toBe('live');
    expect(live.feed.state.server?.name).toBe(second.url);
  });

  it('changes the sale that it was asked to change', async () => {
    const changes: unknown[] = [];
    await serve({
      changeSale: async (change) => {
        changes.push(change);
        return { kind: 'saved', sale: { ...sampleSale, openness: { kind: 'paused' } } };
      },
    });
    const live = await watch();

    expect(await live.changeSale('default', 'pause')).toBe('paused');
    await live.changeSale('default', 'resume');
    await live.changeSale('default', 'close');

    expect(changes).toMatchObject([{ state: 'paused' }, { state: 'open' }, { state: 'closed' }]);
  });

  it('says which servers are ready, and why one is not', async () => {
    await serve({
      readiness: async () => ({
        ready: false,
        dependencies: [{ name: 'ledger', ok: false, latencyMs: null, why: 'no answer within 2 s' }],
      }),
    });
    const live = await watch();
    await live.once();

    expect(live.feed.state.processes?.processes).toMatchObject([
      { name: 'serve', healthy: false, why: 'ledger: no answer within 2 s', pid: process.pid },
    ]);
  });

  it('says why verify does not run', async () => {
    const { url } = await serve();
    const asked = await watch();
    const elsewhere = await watch({ url, verifyEveryMs: undefined });
    asked.start();
    elsewhere.start();

    expect(asked.feed.state.verify?.verify).toMatchObject({ verdict: 'off' });
    expect(elsewhere.feed.state.verify?.verify.summary).toContain('--verify-every');
  });

  it('records what it shows', async () => {
    await serve();
    const record = `${folder}/night.ndjson`;
    const live = await watch({ record });
    await live.once();
    await live.close();

    expect((await readRecording(record)).map(({ kind }) => kind)).toEqual(['stats', 'processes', 'stats']);
  });

  it('has nothing to watch where no server runs, or where the token is another', async () => {
    await expect(watch()).rejects.toMatchObject({ code: 'server_unreachable', hint: expect.stringContaining('serve') });
    const app = await testServer({ settings: { adminToken: 'right-token-of-sixteen' } });
    closing.push(() => app.close());
    await app.listen({ host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`; // as above

    await expect(watch({ url })).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('token') });
  });
});
