import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli, startCli } from '../support/cli.ts';
import { ownTmpdir } from '../support/own-tmpdir.ts';

const folder = ownTmpdir();

test('many seeds: what was met, and that every promise was kept', async () => {
  const { code, stdout } = await runCli(['simulate', '--seeds', '44', '--jobs', '2']);

  expect(stdout).toMatch(/^44 sales simulated in /);
  expect(stdout).toMatch(/Faults {8}[a-z ]+ \d+ %/);
  expect(stdout).toContain('Every promise was kept.');
  expect(code).toBe(0);
});

test('seeds that are interrupted tell what they had found by then', { tags: ['long'] }, async () => {
  const running = startCli(['simulate', '--seeds', '1000000', '--jobs', '1']);
  await running.waitFor(/of 1,000,000 seeds/);
  running.kill('SIGINT');

  const { code, stdout } = await running.ended;

  expect(stdout).toMatch(/^[\d,]+ sales simulated in /);
  expect(stdout).toContain('Every promise was kept.');
  expect(code).toBe(130);
});

test('the digest does not depend on how many jobs share the seeds', async () => {
  const [one, two] = await Promise.all(
    ['1', '2'].map((jobs) => runCli(['simulate', '--seeds', '80', '--from', '500', '--jobs', jobs, '--json'])),
  );

  const digests = [one, two].map((run) => JSON.parse(run?.stdout ?? '').digest);
  expect(digests[0]).toBeGreaterThan(0);
  expect(digests[1]).toBe(digests[0]);
});

test('one seed can be traced, and says the same each time', async () => {
  const [once, again] = await Promise.all([1, 2].map(() => runCli(['simulate', '--seed', '5', '--trace'])));

  expect(once?.stdout).toMatch(/buyer.*order user-/);
  expect(again?.stdout).toBe(once?.stdout);
});

test('a planted bug is found, and says with which seed it can be seen', async () => {
  const bug = ['--planted', '--bug', 'hold-not-atomic'];
  const { code, stdout } = await runCli(['simulate', ...bug, '--jobs', '1', '--json']);

  const [hunted] = JSON.parse(stdout).bugs;
  expect(hunted).toMatchObject({
    name: 'hold-not-atomic',
    found: { invariant: expect.stringMatching(/^(no-oversell|no-duplicate|conservation)$/) },
  });
  expect(code).toBe(0);
  const replayed = await runCli(['simulate', ...bug, '--seed', String(hunted.found.seed)]);
  expect(replayed.stdout).toContain(hunted.found.text);
  expect(replayed.code).toBe(20);
});

test('a seed that breaks a promise is shrunk, drawn and saved, and its file breaks the same one', async () => {
  const bug = ['--planted', '--bug', 'settle-before-append'];
  const hunted = await runCli(['simulate', ...bug, '--jobs', '1', '--json']);
  const { seed, kind } = JSON.parse(hunted.stdout).bugs[0].found;
  const [page, world] = [join(folder(), 'finding.html'), join(folder(), 'world.json')];

  const told = await runCli(['simulate', ...bug, '--seed', String(seed), '--trace', '--html', page, '--save', world]);

  expect(told.code).toBe(20);
  expect(told.stdout).toMatch(/The smallest world that breaks the same promise has [12] buyers?, 0 faults/);
  expect(told.stdout).toMatch(/│──hold A─+>│/);
  expect(told.stdout).toContain(`fluxgate simulate ${bug.join(' ')} --seed ${seed} --trace`);
  expect(await readFile(page, 'utf8')).toContain('hold A');

  const replayed = await runCli(['simulate', '--plan', world, '--trace', '--json']);
  expect(replayed.code).toBe(20);
  expect(JSON.parse(replayed.stdout)).toMatchObject({
    bug: 'settle-before-append',
    broken: { kind },
    small: { broken: { kind }, plan: JSON.parse(await readFile(world, 'utf8')).plan },
  });
  const all = await runCli(['simulate', '--plan', world, '--trace', '--all']);
  expect(all.stdout).toMatch(/call +p\d -> gate +hold/);
  expect(all.stdout).not.toContain('│');
});

test('a sound seed is saved as it was drawn, and has no page', async () => {
  const [page, world] = [join(folder(), 'finding.html'), join(folder(), 'world.json')];

  const { code, stdout } = await runCli(['simulate', '--seed', '5', '--html', page, '--save', world]);

  expect(code).toBe(0);
  expect(stdout).toContain(`${page} was not written: no promise was broken.`);
  expect(JSON.parse(await readFile(world, 'utf8'))).toMatchObject({ bug: null, found: null, plan: { seed: 5 } });
  const again = await runCli(['simulate', '--plan', world, '--json']);
  const once = await runCli(['simulate', '--seed', '5', '--json']);
  expect(JSON.parse(again.stdout).digest).toBe(JSON.parse(once.stdout).digest);
});

test('a planted bug that its seeds do not meet fails the command', async () => {
  // its first seed is a far larger one
  const { code, stdout } = await runCli(['simulate', '--planted', '--bug', 'epoch-not-compared', '--seeds', '1']);

  expect(stdout).toMatch(/epoch-not-compared +not found +1 /);
  expect(code).toBe(21);
});

test.each([
  [['--bug', 'hold-not-atomic'], /--planted/],
  [['--planted', '--bug', 'hold-not-atomc'], /Did you mean hold-not-atomic\?/],
  [['--planted', '--seed', '1'], /One world has one planted bug/],
  [['--planted', '--time', '1s'], /time/],
  [['--time', 'soon'], /--time soon is not a time/],
  [['--seeds', '0'], /seeds/],
  [['--trace'], /--seed, --plan/],
  [['--html', 'x.html'], /--seed, --plan/],
  [['--save', 'x.json'], /--seed, --plan/],
  [['--seed', '1', '--all'], /--trace/],
  [['--seed', '1', '--plan', 'x.json'], /--plan/],
  [['--plan', 'no/such.json'], /the saved world no\/such.json cannot be read/],
  [['--plan', 'package.json'], /package\.json:\d+:\d+ .*unknown/],
  [['--seed', '1', '--seeds', '2'], /seed/],
])('what makes no sense is refused: %j', async (flags, why) => {
  const { code, stderr } = await runCli(['simulate', ...flags]);

  expect(code).toBe(2);
  expect(stderr).toMatch(why);
});
