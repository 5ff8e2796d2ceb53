import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FluxError } from '../../../../src/engine/domain/flux-error.ts';
import { parseScenario, readScenario } from '../../../../src/toolkit/load/read-scenario.ts';

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

function faultsOf(text: string): string {
  try {
    parseScenario(text, 's.yaml');
  } catch (error) {
    if (error instanceof FluxError && error.code === 'scenario_invalid') return error.message;
    throw error;
  }
  throw new Error('the scenario was taken');
}

describe('a scenario file', () => {
  it('is read with its defaults filled in', () => {
    expect(parseScenario(good, 's.yaml')).toEqual({
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
      buyers: { count: 50, behaviours: { plain: 1 } },
      thresholds: { maxErrorRate: null, p99Ms: {}, minGoodputPerSecond: null },
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
      /^s\.yaml:12:3 .*known keys: count, behaviours$/,
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
      `${good}  behaviours: { plain: 1, two-lines: 1 }\n`,
      /^s\.yaml:13:27 .*two products or more/,
    ],
    [
      'buyers beyond a limit that is not there',
      `${good.replace('      limitPerUser: 2\n', '')}  behaviours: { over-limit: 1 }\n`,
      /^s\.yaml:12:17 .*needs a product with a limitPerUser/,
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
  ])('is refused for %s', (_name, text, message) => {
    expect(faultsOf(text)).toMatch(message);
  });

  it('names every fault in one go', () => {
    const text = good.replace('quantity: 10', 'quantity: -1').replace('count: 50', 'count: 0');

    expect(faultsOf(text).split('\n')).toHaveLength(2);
  });

  it('says so where the file is not there', async () => {
    await expect(readScenario('/no/such/file.yaml')).rejects.toMatchObject({ code: 'scenario_invalid' });
  });

  it('is good for every scenario that ships', async () => {
    const folder = fileURLToPath(new URL('../../../../scenarios/', import.meta.url));
    const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));

    expect(names).toEqual(expect.arrayContaining(['flash-sale.yaml', 'smoke.yaml']));
    for (const name of names) expect((await readScenario(`${folder}${name}`)).title).not.toBe('');
  });
});
