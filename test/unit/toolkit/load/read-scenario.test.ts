import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FluxError } from '../../../../src/engine/domain/flux-error.ts';
import { parseYaml } from '../../../../src/toolkit/file/read-yaml.ts';
import { completeScenario, readScenario, scenarioKind } from '../../../../src/toolkit/load/read-scenario.ts';
import type { Scenario } from '../../../../src/toolkit/load/scenario.ts';
import { namedPipe } from '../../../support/named-pipe.ts';

const good = `title: A test
sale:
  products:
    - productId: ticket
      quantity: 10
      limitPerUser: 2
      price: 49.00EUR
arrivals:
  - constant: { ratePerSecond: 10, forSeconds: 2 }
  - ramp: { from: 10, to: 20, forSeconds: 2 }
buyers:
  count: 50
`;

async function scenarioOf(text: string, folder = '.'): Promise<Scenario> {
  return completeScenario(parseYaml(text, 's.yaml', scenarioKind), folder);
}

async function faultsOf(text: string, folder?: string): Promise<string> {
  try {
    await scenarioOf(text, folder);
  } catch (error) {
    if (error instanceof FluxError && error.code === 'scenario_invalid') return error.message;
    throw error;
  }
  throw new Error('the scenario was taken');
}

describe('a scenario file', () => {
  it('waits by default for the last buyer who is slow or cancels', async () => {
    const stopOf = async (behaviours: string): Promise<number> =>
      (await scenarioOf(`${good}  behaviours: ${behaviours}\n`)).limits.hardStopSeconds;

    expect(await stopOf('{ plain: 1, slow: 0 }')).toBe(34);
    expect(await stopOf('{ plain: 1, cancel: 1 }')).toBe(35);
    expect(await stopOf('{ plain: 1, cancel: 1, slow: 1 }')).toBe(64);
  });

  it('is read with its defaults filled in', async () => {
    expect(await scenarioOf(good)).toEqual({
      title: 'A test',
      why: '',
      seed: 1,
      sale: {
        saleId: null,
        products: [{ productId: 'ticket', quantity: 10, limitPerUser: 2, price: { minor: 4_900n, currency: 'EUR' } }],
        admissionRate: null,
        confirmation: 'on_record',
      },
      arrivals: [
        { kind: 'constant', ratePerSecond: 10, forSeconds: 2 },
        { kind: 'ramp', from: 10, to: 20, forSeconds: 2 },
      ],
      buyers: {
        count: 50,
        behaviours: { plain: 1 },
        habits: { bots: { addresses: 4, accounts: 5, tries: 10, pauseMs: 50 }, cancelAfterMs: 1_000, slowMs: 30_000 },
      },
      thresholds: { maxErrorRate: null, p50Ms: {}, p99Ms: {}, maxMs: {}, minGoodputPerSecond: null, fairness: {} },
      limits: { maxInFlight: 1_000, hardStopSeconds: 34, requestTimeoutMs: 10_000 },
    });
  });

  it.each([
    [
      'an unknown key, with the nearest one',
      good.replace('limitPerUser', 'limitPerUsr'),
      /^s\.yaml:6:7 .*"limitPerUsr"; did you mean "limitPerUser"\?$/,
    ],
    ['an unknown key at the top', `${good}threshold: {}\n`, /^s\.yaml:13:1 .*did you mean "thresholds"\?$/],
    [
      'a key that is near to none, with all it could be',
      good.replace('seed', 'x').replace('  count', '  zebra: 1\n  count'),
      /^s\.yaml:12:3 .*known keys: count, behaviours, bots, cancels, slow$/,
    ],
    [
      'a value of another type',
      good.replace('quantity: 10', 'quantity: many'),
      /^s\.yaml:5:7 sale\.products\.0\.quantity must be integer/,
    ],
    [
      'a value out of bounds',
      good.replace('forSeconds: 2 }\n  - ramp', 'forSeconds: 0 }\n  - ramp'),
      /^s\.yaml:9:36 arrivals\.0\.constant\.forSeconds must be > 0/,
    ],
    [
      'a missing key, at its parent',
      good.replace(/buyers:\n {2}count: 50\n/, ''),
      /^s\.yaml:1:1 the scenario must have required properties buyers/,
    ],
    [
      'a stage of two kinds',
      good.replace('forSeconds: 2 }\n  - ramp', 'forSeconds: 2 }\n    ramp'),
      /^s\.yaml:9:5 arrivals\.0 must not have more than 1 properties/,
    ],
    ['text that is no YAML', 'title: [', /^s\.yaml:1:9 /],
    ['a price with too many decimals', good.replace('49.00EUR', '49.000EUR'), /^s\.yaml:7:7 .*more decimals/],
    [
      'a product twice',
      good.replace('arrivals:', '    - { productId: ticket, quantity: 1 }\narrivals:'),
      /^s\.yaml:8:9 .*"ticket" stands here twice/,
    ],
    [
      'two lines with one product',
      `${good}  behaviours: { plain: 1, several-lines: 1 }\n`,
      /^s\.yaml:13:27 .*two products or more/,
    ],
    [
      'buyers beyond a limit that is not there',
      `${good.replace('      limitPerUser: 2\n', '')}  behaviours: { over-limit: 1 }\n`,
      /^s\.yaml:12:17 .*needs a product with a limitPerUser/,
    ],
    [
      'habits that nobody follows',
      `${good}  bots: { addresses: 2 }\n`,
      /^s\.yaml:13:3 buyers\.bots: nobody follows it: give "bot" a weight/,
    ],
    [
      'a share of bots where none come',
      `${good}thresholds:\n  fairness: { maxBotShare: 0.2 }\n`,
      /^s\.yaml:14:15 .*needs a weight of "bot"/,
    ],
    ['no weight above 0', `${good}  behaviours: { plain: 0 }\n`, /^s\.yaml:13:3 .*one weight above 0/],
    [
      'a plan beyond the bound',
      good.replace('ratePerSecond: 10, forSeconds: 2', 'ratePerSecond: 100000, forSeconds: 60'),
      /^s\.yaml:8:1 .*the most is 5000000/,
    ],
    [
      'a hard stop before the last arrival',
      `${good}limits:\n  hardStopSeconds: 3\n`,
      /^s\.yaml:14:3 .*before the last arrival/,
    ],
  ])('is refused for %s', async (_name, text, message) => {
    expect(await faultsOf(text)).toMatch(message);
  });

  it('names every fault in one go', async () => {
    const text = good.replace('quantity: 10', 'quantity: -1').replace('count: 50', 'count: 0');

    expect((await faultsOf(text)).split('\n')).toHaveLength(2);
  });

  it('says so where the file is not there', async () => {
    await expect(readScenario('/no/such/file.yaml')).rejects.toMatchObject({ code: 'scenario_invalid' });
  });

  it('makes of a spike a rise, a top and a fall', async () => {
    const { arrivals } = await scenarioOf(
      withStage('spike: { from: 10, peak: 500, riseSeconds: 1, holdSeconds: 2, fallSeconds: 3 }'),
    );

    expect(arrivals).toEqual([
      { kind: 'ramp', from: 10, to: 500, forSeconds: 1 },
      { kind: 'constant', ratePerSecond: 500, forSeconds: 2 },
      { kind: 'ramp', from: 500, to: 10, forSeconds: 3 },
    ]);
  });
});

describe('a recording that a scenario replays', () => {
  it.each([
    ['seconds, one a line', '3.5\n1\n\n# a comment\n1.25\n'],
    ['a CSV of one column with its heading', 'seconds\r\n1\r\n1.25\r\n3.5\r\n'],
    ['a history of ours, without its retries and second clicks', historyOf([1_000, 1_000, 1_250, 3_500], 2_000)],
  ])('may be %s', async (_name, recording) => {
    const folder = await folderWith('crowd.txt', recording);

    const { arrivals } = await scenarioOf(withStage('replay: { file: crowd.txt, speed: 2 }'), folder);

    expect(arrivals).toEqual([{ kind: 'replay', momentsMs: [0, 125, 1_250], forSeconds: 1.251 }]);
  });

  it.each([
    ['that is not there', 'other.txt', '1', /^s\.yaml:9:15 arrivals\.0\.replay\.file: .*crowd\.txt cannot be read/],
    ['with a line that is no number', 'crowd.txt', '1\n2\nnow\n', /crowd\.txt:3:1 "now" is no number of seconds/],
    [
      'with a moment before its start',
      'crowd.txt',
      '1\n-2\n',
      /crowd\.txt:2:1 "-2" is no number of seconds, 0 or more/,
    ],
    ['without arrivals', 'crowd.txt', '# nobody came\n', /holds no arrival/],
    ['longer than a day', 'crowd.txt', '0\n86401\n', /is longer than a day/],
    [
      'that is a broken history',
      'crowd.txt',
      '{"format":"fluxgate-history","version":9}\n',
      /version 9 of the history format/,
    ],
  ])('is refused at its key for one %s', async (_name, file, recording, message) => {
    const folder = await folderWith(file, recording);

    expect(await faultsOf(withStage('replay: { file: crowd.txt }'), folder)).toMatch(message);
  });
});

it('reads no further than the bound where a line of a recording has no end', async () => {
  const folder = await folderWith('crowd.txt', '1\n');
  const path = join(folder, 'crowd.txt');
  // a hole of 1 GB: no text of Node is as long
  await truncate(path, 1_024 ** 3);

  const faults = await faultsOf(withStage('replay: { file: crowd.txt }'), folder);

  expect(faults).toMatch(/crowd\.txt:2:1 this line is longer than 1000 characters/);
});

it('refuses a recording that is a pipe: nobody may ever fill it', async () => {
  const stage = withStage(`replay: { file: ${namedPipe()} }`);

  expect(await faultsOf(stage, tmpdir())).toMatch(/replay\.file: \/\S+ cannot be read: it is a named pipe/);
});

/** The good file with one stage alone. */
function withStage(stage: string): string {
  return good.replace(/ {2}- constant.*\n.*\n/, `  - ${stage}\n`);
}

/** Two buyers at the first moment: one clicks twice, and tries again later. */
function historyOf(momentsMs: readonly number[], retryMs: number): string {
  const header = {
    format: 'fluxgate-history',
    version: 1,
    startedAt: '2026-01-01T00:00:00Z',
    target: 'x',
    scenario: 'x',
    seed: 1,
  };
  const entry = (scheduledMs: number, more = {}) => ({
    ...{ scheduledMs, sentMs: scheduledMs, doneMs: scheduledMs, userId: `u${scheduledMs}`, key: 'k', lines: [] },
    ...{ status: 409, outcome: 'sold_out', ...more },
  });
  return [header, ...momentsMs.map((at) => entry(at)), entry(retryMs, { retry: 1 })]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

async function folderWith(name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fluxgate-recording-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, name), text);
  return folder;
}
