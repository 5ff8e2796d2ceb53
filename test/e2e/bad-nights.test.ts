// @module-tag redis
// @module-tag kafka
// @module-tag linux
// @module-tag minutes
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSales, sellThrough } from '../support/stack-night.ts';
import { type NightEvent, nightKinds, nightText, planNight } from '../support/stack-night-plan.ts';
import type { Supervised } from '../support/supervised.ts';
import { type StackFleet, stackFleet } from '../support/supervised-fleet.ts';

const long = process.env.FLUXGATE_LONG !== undefined;
/** Each part two or three times, in about a minute; every trouble of every part is for the long form. */
const shortSeeds = [7, 13, 16, 47, 48, 117, 147, 163];
/** Every trouble of every part three times as the first of a pair: at most 30 minutes. */
const longNights = 3 * nightKinds;
/** In the short form beyond every deadline (append 1.5 s, lease 3 s), in the long form as the issue has it. */
const pauseMs = long ? 10_000 : 3_500;
/** So that a short pause, too, is longer than a server may go without the ledger. */
const env = { FLUXGATE_SERVER_LEASE_MS: '3000' };

let fleet: StackFleet;

beforeAll(async () => {
  fleet = await stackFleet({ servers: 2, workers: 2, env });
  await openSales(fleet);
}, 240_000);

afterAll(() => fleet?.remove(), 120_000);

test('sells on Redis, Kafka and PostgreSQL, and verify compares all four books', { timeout: 120_000 }, async () => {
  const { report, heard } = await sellThrough(fleet, { name: 'calm', seed: 1, forSeconds: 1 }, async () => {});

  expect(report.books.gate.state).toBe('read');
  expect(report.books.orderLog.records).toBeGreaterThan(50);
  expect(heard.filter(({ status }) => status === null)).toEqual([]);
});

for (const seed of seedsToRun()) {
  const plan = planNight(seed);
  test(`keeps every promise in night ${seed}: ${nightText(plan)}`, { timeout: 240_000 }, async () => {
    await sellThrough(fleet, { name: `night-${seed}`, seed }, () => Promise.all(plan.map(happen)));
  });
}

/** `FLUXGATE_NIGHTS=12` or `12,40` replays; the long form begins at a seed that nobody chose, and its titles name each. */
function seedsToRun(): readonly number[] {
  const asked = process.env.FLUXGATE_NIGHTS;
  if (asked !== undefined) return asked.split(',').map(Number);
  if (!long) return shortSeeds;
  const first = Math.floor(Math.random() * 1_000_000);
  return Array.from({ length: longNights }, (_, at) => first + at);
}

async function happen(event: NightEvent): Promise<void> {
  await setTimeout(event.atMs);
  const part = await partOf(event);
  switch (event.trouble) {
    case 'kill':
      return part.kill();
    case 'restart':
      return part.restart();
    case 'pause': {
      const goOn = await part.pause();
      await setTimeout(pauseMs);
      return goOn();
    }
    default:
      return event.trouble satisfies never;
  }
}

async function partOf({ part, which }: NightEvent): Promise<Supervised> {
  const { services, servers, workers } = fleet;
  switch (part) {
    case 'redis':
    case 'kafka':
    case 'postgres':
      return services[part];
    case 'server':
      return at(servers, which);
    case 'worker':
      return at(workers, which);
    case 'controller':
      // Nobody is, or nobody can say, while the ledger is away.
      return (await fleet.controller().catch(() => undefined)) ?? at(workers, which);
    default:
      return part satisfies never;
  }
}

function at<One>(all: readonly One[], which: number): One {
  const one = all[which];
  if (one === undefined) throw new RangeError(`there is no number ${which}`);
  return one;
}
