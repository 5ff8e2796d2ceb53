import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { planArrivals } from '../../../../src/toolkit/load/arrival-schedule.ts';
import { LatencyBook } from '../../../../src/toolkit/load/latency-book.ts';
import { runLoad } from '../../../../src/toolkit/load/run-load.ts';
import type { Stage } from '../../../../src/toolkit/load/scenario.ts';
import { aScenario } from '../../../unit/toolkit/load/a-scenario.ts';

const seed = 7;
const stallMs = 2_000;
/** The order at which the server stands still: the 60th of 300, 1.2 s into a run of 6 s. */
const stallsAt = 60;
const arrivals: readonly Stage[] = [{ kind: 'constant', ratePerSecond: 50, forSeconds: 6 }];

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function stallingServer(): Promise<{ readonly url: string; readonly stalledMs: Promise<number> }> {
  const program = fileURLToPath(new URL('./stalling-server.ts', import.meta.url));
  const child = fork(program, [String(stallsAt), String(stallMs)], { execArgv: [] });
  started.push(child);
  const [{ url }] = await once(child, 'message');
  return { url, stalledMs: once(child, 'message').then(([said]) => Number(said.stalledMs)) };
}

/** What the schedule says that each buyer waits: whoever comes while the server stands still, until it goes on. */
function impliedBySchedule(stalledMs: number): LatencyBook {
  const moments = planArrivals(arrivals, seed);
  const from = moments[stallsAt - 1] ?? 0;
  const implied = new LatencyBook();
  for (const moment of moments)
    implied.record(moment >= from && moment < from + stalledMs ? from + stalledMs - moment : 0);
  return implied;
}

// What is asserted is a matter of time. Coordinated omission would make the p90 a hundredth of what is asked, at every try.
it.each([1, 2])(
  'shows a server that stands still for 2 s in the percentiles to within 5 percent of what the schedule implies: %i generating',
  { retry: 2, timeout: 30_000 },
  async (generators) => {
    const server = await stallingServer();

    const result = await runLoad({
      scenario: aScenario({
        seed,
        arrivals,
        limits: { maxInFlight: 300, hardStopSeconds: 30, requestTimeoutMs: 10_000 },
      }),
      saleId: 'test',
      target: server.url,
      generators,
    });
    const implied = impliedBySchedule(await server.stalledMs);

    expect(result.requests).toMatchObject({ sent: 300, answered: 300, dropped: 0 });
    const measured = result.all.latencyMs;
    expect(measured.p50).toBeLessThan(stallMs / 20);
    for (const [name, percentile] of [
      ['p90', 90],
      ['p99', 99],
      ['max', 100],
    ] as const) {
      const expected = implied.percentileMs(percentile);
      expect(Math.abs(measured[name] - expected) / expected, `${name}: ${measured[name]} for ${expected}`).toBeLessThan(
        0.05,
      );
    }
    // the slice a second into the stall has those who still wait for the other second
    const { everyMs, list } = result.slices;
    const middle = list[Math.floor(((stallsAt / 50) * 1_000 + stallMs / 2) / everyMs)];
    const waited = LatencyBook.decode({ histogram: middle?.latency.accepted ?? '', maxMs: Number.POSITIVE_INFINITY });
    expect(Math.abs(waited.percentileMs(50) - stallMs / 2)).toBeLessThan(200);
  },
);
