import { renderToString } from 'ink';
import { describe, expect, it } from 'vitest';
import { sceneOf } from '../../../../src/toolkit/watch/scene.ts';
import type { Sighting } from '../../../../src/toolkit/watch/sighting.ts';
import { firstUi, type Ui } from '../../../../src/toolkit/watch/ui.ts';
import { WatchView } from '../../../../src/toolkit/watch/watch-view.tsx';
import { aBadMinute, aGoodMinute, reading, seen, startMs, statsOf } from '../../../builders/watch-sightings.ts';

function frame(
  sightings: readonly Sighting[],
  size: string,
  { ui = {}, afterMs = 59_300 }: { readonly ui?: Partial<Ui>; readonly afterMs?: number } = {},
): string {
  const [width = 80, height = 24] = size.split('x').map(Number);
  const scene = sceneOf(seen(sightings), { ...firstUi, ...ui }, startMs + afterMs);
  const text = renderToString(<WatchView scene={scene} width={width} height={height} />, { columns: width });
  const lines = text.split('\n');
  expect(lines.length).toBeLessThanOrEqual(height);
  expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(width);
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

const sizes = ['60x20', '80x24', '160x50', '200x60'];

// Frames are read by people: `vitest -u` writes them anew, and a change of one is looked at.
describe('the dashboard', () => {
  it.each(sizes)('shows a sale that goes well on %s', async (size) => {
    await expect(frame(aGoodMinute(), size)).toMatchFileSnapshot(`frames/good-${size}.txt`);
  });

  it.each(sizes)('shows a lost gate, faults and a log on %s', async (size) => {
    await expect(frame(aBadMinute(), size)).toMatchFileSnapshot(`frames/bad-${size}.txt`);
  });

  it.each(['answers', 'books', 'processes', 'log'] as const)('has a tab of %s', async (tab) => {
    await expect(frame(aBadMinute(), '100x30', { ui: { tab } })).toMatchFileSnapshot(`frames/tab-${tab}.txt`);
  });

  it('explains its keys and signs on the smallest terminal', async () => {
    await expect(frame(aGoodMinute(), '60x20', { ui: { help: true } })).toMatchFileSnapshot('frames/help.txt');
  });

  it('never shows what is old as if it were of now', async () => {
    const text = frame(aGoodMinute(), '80x24', { afterMs: 72_000 });

    expect(text).toContain('STALE for 13 s: no answer');
    expect(text).toContain('? counters: not checked for 13 s');
    expect(text).not.toContain('✔');
    await expect(text).toMatchFileSnapshot('frames/stale.txt');
  });

  it('says why the server does not answer, as soon as it does not', () => {
    const silent: Sighting = { kind: 'silence', atMs: startMs + 60_000, server: 'u', why: 'connection refused' };

    expect(frame([...aGoodMinute(), silent], '80x24', { afterMs: 60_100 })).toContain(
      'STALE for 1 s: connection refused',
    );
  });

  it('names the sale also where the reason of a silence is long', () => {
    const why =
      'the server of /tmp/a/very/long/folder (process 16062, started 2026-11-23T17:14:43.377Z) is not running';
    const silent: Sighting = { kind: 'silence', atMs: startMs + 60_000, server: 'u', why };
    const text = frame([...aGoodMinute(), silent], '60x20', { afterMs: 60_100 });

    expect(text).toMatch(/^Flux-Gate {2}black-friday.*STALE for 1 s: the /);
  });

  it('shows an oversold product on every size, also while the server is silent', () => {
    const oversold = reading(60, { free: 0, sold: 1_001 });

    for (const size of sizes) {
      expect(frame([oversold], size, { afterMs: 60_500 })).toContain(
        'VIOLATED: ticket is oversold: 0 held and 1001 sold',
      );
      expect(frame([oversold], size, { afterMs: 90_000 })).toContain('VIOLATED 30 s ago: ticket is oversold');
    }
  });

  it('shows the last known stock as such while the gate is away', () => {
    const away = reading(60, { sale: { gate: null }, away: [{ name: 'gate', why: 'no answer' }] });
    const text = frame([...aGoodMinute(), away], '80x24', { afterMs: 60_100 });

    expect(text).toContain('gate away: as of 1 s ago');
    expect(text).toContain('? counters: not checked, the gate is away or rebuilding');
  });

  it('says what the smallest size is where it does not fit', () => {
    expect(frame(aGoodMinute(), '59x20')).toContain('60x20');
  });

  it('says how to begin where there is no sale', () => {
    const empty: Sighting = { kind: 'stats', atMs: startMs, server: 'u', stats: { ...statsOf(), sales: [] } };

    expect(frame([empty], '80x24', { afterMs: 100 })).toContain('There is no sale yet: fluxgate seed');
  });

  it('follows the sale that moves, until one is chosen', () => {
    const both = (second: number, free: number): Sighting => {
      const quiet = statsOf({ saleId: 'quiet' });
      const busy = statsOf({ saleId: 'busy', free });
      return {
        kind: 'stats',
        atMs: startMs + second * 1_000,
        server: 'u',
        stats: { ...quiet, sales: [...quiet.sales, ...busy.sales] },
      };
    };
    const sightings = [both(0, 900), both(1, 800)];

    expect(frame(sightings, '80x24', { afterMs: 1_000 })).toContain('busy 2 of 2');
    expect(frame(sightings, '80x24', { afterMs: 1_000, ui: { saleId: 'quiet' } })).toContain('quiet 1 of 2');
  });

  it('shows only what has the filter’s text', () => {
    const text = frame(aBadMinute(), '80x24', { ui: { tab: 'log', filter: 'kafka' } });

    expect(text).toContain('/kafka');
    expect(text).toContain('broker');
    expect(text).not.toContain('gate_unreachable');
  });
});
