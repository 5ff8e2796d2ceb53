import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliResult, type RunningCli, runCli, startCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { aRunbook, aStep, fence } from '../unit/toolkit/runbook/a-runbook.ts';

const token = 'a-token-of-sixteen-or-more';
let cwd: string;
let serve: RunningCli;
let url: string;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'fluxgate-runbook-'));
  writeFileSync(
    join(cwd, 'fluxgate.config.yaml'),
    `port: 0\nadminToken: ${token}\nlogLevel: warn\nserverLeaseMs: 2000\n`,
  );
  serve = startCli(['serve'], { cwd, deadlineMs: 400_000 });
  const ready = await serve.waitFor(/ready at (http:\S+)/);
  url = ready[1] ?? '';
  await cli('seed', '--product', 'ticket', '--quantity', '10', '--limit', '5', '--price', '49.00EUR');
  await order('ann');
});

afterAll(async () => {
  serve.kill('SIGTERM');
  await serve.ended;
  rmSync(cwd, { recursive: true, force: true });
});

function cli(...args: readonly string[]): Promise<CliResult> {
  return runCli(args, { cwd, deadlineMs: 120_000 });
}

function run(name: string, ...args: readonly string[]): Promise<CliResult> {
  return cli('runbook', 'run', name, ...args);
}

/** What `--json` printed of a run. */
interface RunDocument {
  readonly result: string;
  readonly journal: string;
  readonly steps: readonly { readonly name: string; readonly result: string; readonly why: string }[];
}

function documentOf({ stdout }: CliResult): RunDocument {
  return JSON.parse(stdout);
}

function resultsOf(result: CliResult): readonly string[] {
  return documentOf(result).steps.map((step) => step.result);
}

async function order(userId: string): Promise<void> {
  const answer = await fetch(`${url}/order`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-idempotency-key': `key-of-${userId}` },
    body: JSON.stringify({ productId: 'ticket', userId }),
  });
  expect(answer.status).toBe(200);
}

async function saleState(): Promise<unknown> {
  const { openness }: { openness: unknown } = JSON.parse((await cli('sale', 'show', '--json')).stdout);
  return openness;
}

function ownRunbook(name: string, ...sections: readonly string[]): string {
  const path = join(cwd, `${name}.md`);
  writeFileSync(path, aRunbook(sections.join('\n\n')));
  return path;
}

describe('shipped runbooks on an embedded sale', { timeout: 180_000 }, () => {
  test('pause and open it again, each without doing twice what is done', async () => {
    const paused = await run('pause-sale', '--confirm', 'pause-sale', '--json');
    const pausedState = await saleState();
    const again = await run('pause-sale', '--confirm', 'pause-sale', '--json');
    const opened = await run('open-sale', '--confirm', 'open-sale', '--json');

    expect([paused.code, again.code, opened.code]).toEqual([0, 0, 0]);
    expect(resultsOf(paused)).toEqual(['done', 'done']);
    expect(resultsOf(again)).toEqual(['not_needed', 'done']);
    expect([pausedState, await saleState()]).toEqual(['paused', 'open']);
  });

  test('go through the checklist of the day', { tags: ['long'] }, async () => {
    const result = await run('sale-day-checklist', '--yes', '--json');

    expect([result.code, resultsOf(result)]).toEqual([0, Array(8).fill('done')]);
  });

  test('add stock once, however often they are run', async () => {
    const set = ['--set', 'product=ticket', '--set', 'units=5', '--set', 'total=15'];
    const added = await run('add-stock-mid-sale', ...set, '--confirm', 'add-stock-mid-sale', '--json');
    const again = await run('add-stock-mid-sale', ...set, '--confirm', 'add-stock-mid-sale', '--json');

    expect([added.code, resultsOf(added)]).toEqual([0, ['done', 'done', 'done', 'done']]);
    expect([again.code, resultsOf(again)]).toEqual([0, ['done', 'not_needed', 'done', 'done']]);
    expect((await cli('probe', 'total', 'ticket', 'is', '15')).code).toBe(0);
  });

  test('take stock away again where the total is not what was said', { tags: ['long'] }, async () => {
    const set = ['--set', 'product=ticket', '--set', 'units=5', '--set', 'total=19'];

    const result = await run('add-stock-mid-sale', ...set, '--confirm', 'add-stock-mid-sale', '--yes', '--json');

    expect([result.code, documentOf(result).result]).toEqual([22, 'rolled_back']);
    expect((await cli('probe', 'total', 'ticket', 'is', '15', '--wait', '10s')).code).toBe(0);
  });

  test('look into an oversell that was none, and let the sale go on', { tags: ['long'] }, async () => {
    const result = await run('oversell-suspected', '--confirm', 'oversell-suspected', '--yes', '--json');

    expect([result.code, documentOf(result).result]).toEqual([0, 'done']);
    expect(await saleState()).toBe('open');
    expect(readdirSync(cwd).filter((name) => name.startsWith('orders-default-'))).toHaveLength(1);
  });

  test('see to stuck holds, where there are none', { tags: ['long'] }, async () => {
    const refused = await run('stuck-holds', '--json');
    const result = await run('stuck-holds', '--from', 'wait-until-they-have-ended', '--json');

    // the step that only a person can do is refused before anything runs, with the way around it
    expect(refused.code).toBe(2);
    expect(refused.stdout).toContain('--from wait-until-they-have-ended');
    expect(result.code).toBe(0);
  });

  test('rotate the keys', { tags: ['long'] }, async () => {
    const result = await run('rotate-keys', '--yes', '--json');

    expect([result.code, documentOf(result).result]).toEqual([0, 'done']);
    expect((await cli('keys', 'list')).stdout).toMatch(/k2 +signs/);
  });

  test('refuse what is for the stack', async () => {
    expect((await run('redis-lost')).stderr).toContain('redis-lost is for mode stack');
  });

  test('close it, having proven that the books agree', async () => {
    const result = await run('close-sale', '--confirm', 'close-sale', '--json');

    expect([result.code, documentOf(result).result]).toEqual([0, 'done']);
    expect(await saleState()).toBe('closed');
  });
});

describe('a run', { timeout: 60_000 }, () => {
  test('that fails ends with what its step ended with, keeps no secret, and goes on where it was', async () => {
    const flag = join(cwd, 'may-go-on');
    const path = ownRunbook(
      'halting',
      aStep('First', fence('sh', `echo the token is ${token}`)),
      aStep('Second', fence('sh', `test -e ${flag}`)),
      aStep('Third', fence('sh', 'fluxgate probe lag is 0')),
    );

    const failed = await run(path, '--json');
    writeFileSync(flag, '');
    const resumed = await run(path, '--resume', '--json');
    const again = await run(path, '--resume');
    const { journal } = documentOf(failed);

    expect([failed.code, resultsOf(failed)]).toEqual([1, ['done', 'failed', 'not_reached']]);
    expect([resumed.code, resultsOf(resumed)]).toEqual([0, ['before', 'done', 'done']]);
    expect(again.stderr).toContain('nothing is left of it');
    expect(readFileSync(journal, 'utf8')).toContain('the token is <redacted>');
    expect(readFileSync(journal, 'utf8') + failed.stderr).not.toContain(token);
    expect((await cli('runbook', 'journal', 'halting')).stdout).toContain('goes on with it');
    expect((await cli('runbook', 'list', '--runs')).stdout).toMatch(/-halting-\w+ +done +3\/3/);
  });

  test('that is interrupted ends its step, writes that down, and can go on', async () => {
    const path = ownRunbook('waiting', aStep('First', fence('sh', 'true')), aStep('Second', fence('sh', 'sleep 60')));
    const running = startCli(['runbook', 'run', path], { cwd, ownGroup: true });
    await running.waitFor(/\$ sleep 60/);

    process.kill(-running.pid, 'SIGINT'); // Ctrl-C in its terminal
    const { code, stderr } = await running.ended;

    expect(code).toBe(130);
    expect(stderr).toContain('--resume');
    expect((await cli('runbook', 'list', '--runs')).stdout).toMatch(/-waiting-\w+ +interrupted +1\/2/);
  });

  test('whose process is killed leaves no command of ours behind, and can go on', async () => {
    const path = ownRunbook('killed', aStep('First', fence('sh', 'fluxgate probe lag is 99 --wait 50s')));
    const running = startCli(['runbook', 'run', path], { cwd });
    await running.waitFor(/\$ fluxgate probe/);
    const children = () => readFileSync(`/proc/${running.pid}/task/${running.pid}/children`, 'utf8').trim();
    await eventually('its command runs', () => children() !== '');
    const child = Number(children());

    running.kill('SIGKILL');
    await running.ended;

    await eventually('the command has gone', () => !isAlive(child));
    expect((await cli('runbook', 'list', '--runs')).stdout).toMatch(/-killed-\w+ +crashed +0\/1/);
  });

  test('that changed since cannot be resumed', async () => {
    const path = ownRunbook('changing', aStep('First', fence('sh', 'false')));
    await run(path);
    ownRunbook('changing', aStep('First', fence('sh', 'true')));

    expect((await run(path, '--resume')).stderr).toContain('has changed since');
    expect((await run(path)).stderr).toContain('is unfinished (failed)');
  });

  test('is about the steps that were asked for', async () => {
    const path = ownRunbook('parts', ...['A', 'B', 'C'].map((name) => aStep(name, fence('sh', `echo ${name}`))));
    const names = async (...args: readonly string[]) =>
      documentOf(await run(path, ...args, '--json')).steps.map(({ name }) => name);

    expect(await names('--step', 'c', '--step', 'a')).toEqual(['a', 'c']);
    expect(await names('--from', 'b')).toEqual(['b', 'c']);
  });

  test('that is dry does nothing', async () => {
    const before = readdirSync(join(cwd, '.fluxgate/runbooks')).length;

    const { stdout, code } = await run('pause-sale', '--dry-run', '--set', 'sale=night');

    expect(code).toBe(0);
    expect(stdout).toContain('fluxgate sale pause night');
    expect(readdirSync(join(cwd, '.fluxgate/runbooks'))).toHaveLength(before);
  });

  test('of a wrong file is refused with line and column', async () => {
    const path = ownRunbook('wrong', aStep('First', fence('sh utnil', 'true')));

    const { code, stderr } = await run(path);

    expect(code).toBe(2);
    expect(stderr).toContain('wrong.md:15:7 "utnil" says nothing about a fence; did you mean "until"?');
  });

  test('asks another server where --url names one, and so do its steps', async () => {
    const path = ownRunbook('elsewhere', aStep('First', fence('sh probe', 'fluxgate probe lag')));

    const { code, stderr } = await run(path, '--url', 'http://127.0.0.1:9');

    expect(code).toBe(24);
    expect(stderr).toContain('http://127.0.0.1:9 does not answer');
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
