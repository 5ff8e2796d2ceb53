import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';

let folder: string;
let policy: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policy-cli-'));
  policy = join(folder, 'policy.yaml');
  await writeFile(
    join(folder, 'crowd.yaml'),
    `title: A small crowd
sale: { products: [{ productId: ticket, quantity: 20, limitPerUser: 1 }], admissionRate: 10 }
arrivals: [{ poisson: { ratePerSecond: 60, forSeconds: 1 } }]
buyers: { count: 100, behaviours: { waiting-room: 1 } }
`,
  );
  await writeFile(
    policy,
    `title: How fast
crowd: ./crowd.yaml
seeds: 4
variants: [{ name: slow }, { name: fast, admissionRate: 40 }]
`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

test('compares the variants of a file, and writes a page', async () => {
  const page = join(folder, 'page.html');
  const { code, stdout } = await runCli(['simulate', '--policy', policy, '--seeds', '12', '--html', page]);

  expect(stdout).toMatch(/sold out after\n {2}slow .*\n {2}fast .* \* .*\n/);
  expect(stdout).toMatch(/fast: sold out after -/);
  expect(stdout).toContain(`Page: ${page}`);
  expect(await readFile(page, 'utf8')).toContain('<title>How fast</title>');
  expect(code).toBe(0);
});

test('answers the same however many jobs share the work, as one document', async () => {
  const [one, two] = await Promise.all(
    ['1', '2'].map((jobs) => runCli(['simulate', '--policy', policy, '--jobs', jobs, '--json'])),
  );

  const document = JSON.parse(one?.stdout ?? '');
  expect(document).toMatchObject({ format: 'fluxgate-policy-comparison', seeds: { from: 1, count: 4 }, broken: [] });
  expect(document.variants[1].sales).toHaveLength(4);
  expect(two?.stdout).toBe(one?.stdout);
});

test('other seeds are other crowds', async () => {
  const [here, there] = await Promise.all(
    ['1', '100'].map((from) => runCli(['simulate', '--policy', policy, '--from', from, '--json'])),
  );

  expect(JSON.parse(there?.stdout ?? '').variants[0].sales).not.toEqual(
    JSON.parse(here?.stdout ?? '').variants[0].sales,
  );
});

test('a wrong file is refused at its line, with the nearest key', async () => {
  const wrong = join(folder, 'wrong.yaml');
  await writeFile(wrong, (await readFile(policy, 'utf8')).replace('admissionRate', 'admisionRate'));

  const { code, stderr } = await runCli(['simulate', '--policy', wrong]);

  expect(code).toBe(2);
  expect(stderr).toMatch(/wrong\.yaml:4:\d+ .*did you mean "admissionRate"\?/);
});

test.each([
  [['--policy', 'none-such'], /these ship: admission-rate, hold-time/],
  [['--policy', 'admission-rate', '--seeds', '1001'], /1000 crowds at most/],
  [['--policy', 'admission-rate', '--seed', '1'], /seed/],
  [['--policy', 'admission-rate', '--time', '5s'], /time/],
  [['--html', 'page.html'], /policy/],
])('what makes no sense is refused: %j', async (flags, why) => {
  const { code, stderr } = await runCli(['simulate', ...flags]);

  expect(code).toBe(2);
  expect(stderr).toMatch(why);
});

test('a page that cannot be written is refused before any sale', async () => {
  const { code, stderr } = await runCli(['simulate', '--policy', policy, '--html', join(folder, 'no', 'page.html')]);

  expect(code).toBe(24);
  expect(stderr).not.toContain('sales,');
});
