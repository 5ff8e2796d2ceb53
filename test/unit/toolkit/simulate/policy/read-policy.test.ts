import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPolicy } from '../../../../../src/toolkit/simulate/policy/read-policy.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policy-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(...lines: readonly string[]) {
  const path = join(folder, 'policy.yaml');
  await writeFile(path, lines.join('\n'));
  return readPolicy(path);
}

const two = ['variants:', '  - { name: as it is }', '  - { name: faster, admissionRate: 200 }'];
const head = ['title: A question', 'crowd: waiting-room'];

describe('a policy file', () => {
  it('says what differs, and the crowd says the rest', async () => {
    const { variants, seeds, hardStopSeconds, servers } = await read(...head, ...two);

    expect({ seeds, hardStopSeconds, servers }).toEqual({
      ...{ seeds: 20, hardStopSeconds: 90 },
      servers: { count: 2, serviceMs: 0.2, maxWaiting: 10_000 },
    });
    const rest = { holdSeconds: 600, limits: [1], stock: [800], retryAfterSeconds: null };
    expect(variants).toEqual([
      { name: 'as it is', admissionRate: 100, ...rest },
      { name: 'faster', admissionRate: 200, ...rest },
    ]);
  });

  it('admits everybody where it says null', async () => {
    const { variants } = await read(...head, 'variants:', '  - { name: a }', '  - { name: b, admissionRate: null }');

    expect(variants.map(({ admissionRate }) => admissionRate)).toEqual([100, null]);
  });

  it('shares its stock among the products as the crowd has it, to the last unit', async () => {
    const crowd = await readFile(new URL('../../../../../scenarios/flash-sale.yaml', import.meta.url), 'utf8');
    const small = crowd.replaceAll(/(from|to|ratePerSecond): (\d+)/g, (_, key, n) => `${key}: ${Number(n) / 100}`);
    await writeFile(join(folder, 'small.yaml'), small);

    const { variants } = await read(
      'title: t',
      'crowd: ./small.yaml',
      ...two.slice(0, 2),
      '  - { name: b, stock: 333 }',
    );

    expect(variants[0]).toMatchObject({ stock: [800, 200], limits: [1, 2] });
    expect(variants[1]).toMatchObject({ stock: [266, 67], limits: [1, 2] });
  });

  it('waits for confirmations where it says who confirms', async () => {
    const { crowd } = await read(...head, 'buyers: { confirm: { share: 1, fromSeconds: 1, toSeconds: 2 } }', ...two);

    expect(crowd.sale.confirmation).toBe('explicit');
  });
});

describe('a policy file that is wrong', () => {
  it.each([
    [
      [...head, 'variants:', '  - { name: a }', '  - { name: b, admisionRate: 5 }'],
      /policy\.yaml:5:16 .*"admisionRate"; did you mean "admissionRate"\?/,
    ],
    [[...head, 'variants:', '  - { name: a }'], /:3:1 variants must not have fewer than 2 items/],
    [
      [...head, 'variants:', '  - { name: a }', '  - { name: a, stock: 5 }'],
      /:5:7 variants\.1\.name: "a" stands here twice/,
    ],
    [[...head, 'variants:', '  - { name: a }', '  - { name: b }'], /:5:5 variants\.1: differs in nothing from "a"/],
    [
      [...head, ...two, '  - { name: c, holdSeconds: 5 }'],
      /:6:16 variants\.2\.holdSeconds: nobody waits for a confirmation/,
    ],
    [['title: t', 'crowd: flash-sale', ...two], /:2:1 crowd: plans 100,000 arrivals; a simulated sale takes 5,000/],
    [[...head, 'hardStopSeconds: 3', ...two], /:3:1 hardStopSeconds: is before the last arrival/],
    [
      [...head, 'buyers: { confirm: { share: 1, fromSeconds: 3, toSeconds: 2 } }', ...two],
      /toSeconds: is before fromSeconds/,
    ],
  ])('is refused at its line and column: %j', async (lines, why) => {
    await expect(read(...lines)).rejects.toThrow(
      expect.objectContaining({ code: 'policy_invalid', message: expect.stringMatching(why) }),
    );
  });

  it('has the nearest name that ships', async () => {
    await expect(readPolicy('admision-rate')).rejects.toThrow(
      expect.objectContaining({ code: 'policy_invalid', hint: 'did you mean admission-rate?' }),
    );
  });

  it('names a crowd that is not there', async () => {
    await expect(read('title: t', 'crowd: waiting-rom', ...two)).rejects.toThrow(
      expect.objectContaining({ code: 'scenario_invalid', hint: expect.stringContaining('waiting-room') }),
    );
  });
});

describe('the policies that ship', async () => {
  const shipped = new URL('../../../../../scenarios/policies/', import.meta.url);
  const files = await readdir(shipped);

  it.each(files)('%s is read, says why, and is completed by an editor', async (file) => {
    const { why, variants } = await readPolicy(file.replace('.yaml', ''));
    const text = await readFile(new URL(file, shipped), 'utf8');

    expect(why.length).toBeGreaterThan(60);
    expect(variants.length).toBeGreaterThan(2);
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../../docs/schemas/policy.schema.json');
  });
});
