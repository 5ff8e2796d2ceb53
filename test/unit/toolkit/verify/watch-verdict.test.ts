import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { FluxError } from '../../../../src/engine/domain/flux-error.ts';
import type { CancelSignal } from '../../../../src/engine/ports/clock.ts';
import type { VerifyReport } from '../../../../src/toolkit/verify/report-schema.ts';
import { watchText } from '../../../../src/toolkit/verify/watch-text.ts';
import { type WatchEvent, watchVerdict } from '../../../../src/toolkit/verify/watch-verdict.ts';
import { healthyBooks } from '../../../support/healthy-books.ts';
import { answer, verifyBooks } from '../../../support/sale-books.ts';

const healthy = await verifyBooks(healthyBooks());
const broken = await verifyBooks(withLost(1));
const moreBroken = await verifyBooks(withLost(2));

function withLost(n: number) {
  const books = healthyBooks();
  for (let one = 0; one < n; one += 1) books.history.push(answer(`eve-${one}`, 'lost', 'accepted'));
  return books;
}

/** A watch whose rounds take `tookMs` and end as listed; the last one is repeated. */
function aWatch(rounds: readonly (VerifyReport | Error)[], { everyMs = 10_000, tookMs = 0 } = {}) {
  const clock = createVirtualClock();
  const stop = new AbortController();
  let listeners = 0;
  const signal: CancelSignal = {
    get aborted() {
      return stop.signal.aborted;
    },
    addEventListener(type, listener) {
      listeners += 1;
      stop.signal.addEventListener(type, listener, { once: true });
    },
    removeEventListener(type, listener) {
      listeners -= 1;
      stop.signal.removeEventListener(type, listener);
    },
  };
  const events: WatchEvent[] = [];
  const startedMs: number[] = [];
  const ended = watchVerdict({
    round: async () => {
      const result = rounds[Math.min(startedMs.length, rounds.length - 1)];
      startedMs.push(clock.monotonicMs());
      if (tookMs > 0) await clock.sleep(tookMs);
      if (result instanceof Error || result === undefined) throw result;
      return result;
    },
    everyMs,
    clock: { ...clock, sleep: (ms) => clock.sleep(ms, stop.signal) },
    signal,
    tell: (event) => events.push(event),
  });
  ended.catch(() => {});
  return { clock, events, startedMs, ended, stop: () => stop.abort(), listeners: () => listeners };
}

describe('a watched verdict', () => {
  it('is told at once, and again only when it is another one', async () => {
    const watch = aWatch([healthy, healthy, broken, broken, moreBroken, healthy]);

    await watch.clock.advance(55_000);

    expect(watch.events.map(({ event, verdict, rounds }) => `${event} ${verdict} ${rounds}`)).toEqual([
      'verdict holds 1',
      'verdict violated 3',
      'verdict violated 5',
      'verdict holds 6',
    ]);
  });

  it('ends as violated where any round was, and says so, however clean the last reading', async () => {
    const watch = aWatch([healthy, broken, moreBroken, healthy]);
    await watch.clock.advance(35_000);

    watch.stop();

    expect(await watch.ended).toBe(20);
    const [, first, , , end] = watch.events;
    expect(end).toMatchObject({ event: 'end', verdict: 'violated', exitCode: 20, rounds: 4, violatedRounds: 2 });
    expect(end).toMatchObject({ violatedAt: first?.at, summary: 'violated: no-lost-order (2 findings)' });
    expect(end === undefined ? '' : watchText(end)).toContain(
      `ends with 20: violated: no-lost-order (2 findings) (4 rounds, violated in 2 of them, first at ${first?.at})`,
    );
  });

  it.each([
    ['holds', 0, [new FluxError('server_unreachable', 'no server runs here'), healthy]],
    ['inconclusive', 23, [healthy, new FluxError('server_unreachable', 'no server runs here')]],
  ])('ends as the last round where none was violated: %s', async (verdict, exitCode, rounds) => {
    const watch = aWatch(rounds);
    await watch.clock.advance(15_000);

    watch.stop();

    expect(await watch.ended).toBe(exitCode);
    expect(watch.events.at(-1)).toMatchObject({ event: 'end', verdict, exitCode, violatedRounds: 0, violatedAt: null });
  });

  it('waits for its end during a round alone: between them nothing keeps what a round found', async () => {
    const watch = aWatch([healthy], { tookMs: 1_000 });

    await watch.clock.advance(500);
    expect(watch.listeners()).toBe(1);
    await watch.clock.advance(25_000);
    expect(watch.startedMs.length).toBe(3);
    expect(watch.listeners()).toBe(0);
    watch.stop();
    expect(await watch.ended).toBe(0);
  });

  it('says once a minute that it still stands, and for how long', async () => {
    const watch = aWatch([healthy]);

    await watch.clock.advance(125_000);

    expect(watch.events).toMatchObject([
      { event: 'verdict', rounds: 1, sinceMs: 0 },
      { event: 'heartbeat', rounds: 7, sinceMs: 60_000 },
      { event: 'heartbeat', rounds: 13, sinceMs: 120_000 },
    ]);
    expect(watch.events[1]).not.toHaveProperty('report');
    watch.stop();
  });

  it('pauses four times as long as a round took, so that the ledger has four fifths of its time for the sale', async () => {
    const watch = aWatch([healthy], { everyMs: 1_000, tookMs: 5_000 });

    await watch.clock.advance(60_000);

    expect(watch.startedMs).toEqual([0, 25_000, 50_000]);
    watch.stop();
  });

  it('is inconclusive while a book cannot be read, and goes on', async () => {
    const away = new FluxError('server_unreachable', 'no server runs here');
    const watch = aWatch([healthy, away, away, healthy]);

    await watch.clock.advance(35_000);

    expect(watch.events.map(({ verdict, summary }) => `${verdict}: ${summary}`)).toEqual([
      expect.stringMatching(/^holds/),
      'inconclusive: inconclusive: no server runs here',
      expect.stringMatching(/^holds/),
    ]);
    watch.stop();
  });

  it('counts no round that its end cuts off', async () => {
    const watch = aWatch([broken], { everyMs: 1_000, tookMs: 5_000 });
    await watch.clock.advance(27_000);

    watch.stop();

    expect(await watch.ended).toBe(20);
    expect(watch.events.at(-1)).toMatchObject({ event: 'end', rounds: 1, violatedRounds: 1 });
  });

  it('ends as inconclusive where it was stopped before the first verdict', async () => {
    const watch = aWatch([healthy], { tookMs: 5_000 });
    await watch.clock.advance(1_000);

    watch.stop();

    expect(await watch.ended).toBe(23);
    expect(watch.events).toMatchObject([{ event: 'end', verdict: 'inconclusive', exitCode: 23, rounds: 0 }]);
  });

  it('fails with a fault of ours: watching on would hide it', async () => {
    const watch = aWatch([new TypeError('a bug')]);

    await expect(watch.ended).rejects.toThrow('a bug');
  });
});

describe('what a watch prints', () => {
  it('is a line for a verdict, a line for each of the first findings, and a line for a heartbeat', async () => {
    const watch = aWatch([await verifyBooks(withLost(8))]);
    await watch.clock.advance(65_000);
    watch.stop();

    const [verdict = '', heartbeat = ''] = watch.events.map((event) => watchText(event));

    const lines = verdict.split('\n');
    expect(lines[0]).toMatch(/^\d{4}-\S+Z {2}violated: no-lost-order \(8 findings\)$/);
    expect(lines).toHaveLength(7);
    expect(lines.at(-1)).toBe('  and 3 more: fluxgate verify');
    expect(heartbeat).toMatch(/ {2}violated: no-lost-order \(8 findings\) \(still, for 60 s, round 7\)$/);
  });
});
