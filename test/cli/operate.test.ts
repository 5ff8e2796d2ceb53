import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliResult, type RunningCli, runCli, startCli } from '../support/cli.ts';

const token = 'a-token-of-sixteen-or-more';
let cwd: string;
let serve: RunningCli;
let url: string;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'fluxgate-operate-'));
  writeFileSync(join(cwd, 'fluxgate.config.yaml'), `port: 0\nadminToken: ${token}\nlogLevel: warn\n`);
  serve = startCli(['serve'], { cwd, deadlineMs: 180_000 });
  const ready = await serve.waitFor(/ready at (http:\S+)/);
  url = ready[1] ?? '';
});

afterAll(async () => {
  serve.kill('SIGTERM');
  await serve.ended;
  rmSync(cwd, { recursive: true, force: true });
});

function operate(...args: readonly string[]): Promise<CliResult> {
  return runCli(args, { cwd });
}

async function asked(...args: readonly string[]) {
  const { stdout, code } = await operate(...args, '--json');
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

async function order(userId: string): Promise<string> {
  const answer = await fetch(`${url}/order`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-idempotency-key': `key-of-${encodeURIComponent(userId)}` },
    body: JSON.stringify({ productId: 'ticket', userId }),
  });
  expect(answer.status).toBe(200);
  const { orderId }: { orderId: string } = JSON.parse(await answer.text());
  return orderId;
}

/** Exported once all of them are recorded: a consumer writes them a moment after the answer. */
async function exportedWith(count: number, ...flags: readonly string[]): Promise<string> {
  await expect
    .poll(async () => (await operate('orders', 'export')).stderr, { timeout: 20_000 })
    .toContain(`${count} orders`);
  return (await operate('orders', 'export', ...flags)).stdout;
}

describe('a running server', { timeout: 60_000 }, () => {
  test('is seeded, and seeding it again changes nothing', async () => {
    const seed = ['seed', '--product', 'ticket', '--quantity', '10', '--limit', '2', '--price', '49.00EUR'];

    const first = await asked(...seed);
    const second = await asked(...seed);

    expect(first).toMatchObject({
      saleId: 'default',
      openness: 'open',
      products: [{ productId: 'ticket', total: 10, free: 10, limitPerUser: 2, priceMinor: 4900, currency: 'EUR' }],
    });
    expect(second.products).toEqual(first.products);
  });

  test('shows its sales as a table', async () => {
    expect((await operate('sale', 'list')).stdout).toMatch(/^SALE .*\ndefault +open +open +1 +10 +0 +no limit\n$/);
    expect((await operate('sale', 'show')).stdout).toMatch(/ticket +49\.00 EUR +2 +10 +10 +0 +0/);
  });

  test('is paused, opened and changed', async () => {
    expect((await operate('sale', 'pause')).stdout).toBe('default is paused\n');
    expect((await operate('sale', 'open')).stdout).toBe('default is open\n');
    expect(await asked('sale', 'set', '--rate', '500', '--limit', 'ticket=3')).toMatchObject({
      admissionRate: 500,
      products: [{ limitPerUser: 3 }],
    });
    expect(await asked('sale', 'set', '--rate', 'none')).toMatchObject({ admissionRate: null });
  });

  test('gets and loses stock', async () => {
    expect(await asked('stock', 'add', 'ticket', '5')).toMatchObject({ total: 15, free: 15 });
    expect((await operate('stock', 'add', 'ticket', '--', '-5')).stdout).toContain('10 units in all');
    const refused = await operate('stock', 'add', 'ticket', '--', '-500');
    expect(refused.code).toBe(2);
  });

  test('shows, cancels and exports orders', async () => {
    const id = await order('an "odd", user');
    await order('b');
    await exportedWith(2);

    expect(await asked('order', 'show', id)).toMatchObject({ orderId: id, state: 'confirmed' });
    expect((await operate('order', 'cancel', id)).stdout).toBe(`${id} is cancelled\n`);
    expect((await operate('order', 'cancel', id)).code).toBe(0);
    expect((await operate('order', 'confirm', id)).code).toBe(2);
    const csv = await exportedWith(2, '--csv');
    expect(csv).toContain(`${id},default,"an ""odd"", user",`);
    expect(JSON.parse(await exportedWith(2, '--json'))).toMatchObject({ count: 2 });
  });

  test.each([
    ['sale', 'show', 'nope'],
    ['stock', 'add', 'nope', '1'],
    ['order', 'show', '11111111-1111-8111-8111-111111111111'],
    ['dead-letters', 'show', '1'],
  ])('%s %s of what is not there ends with 24', async (...args) => {
    expect((await operate(...args)).code).toBe(24);
  });

  test('refuses whoever has another token, without printing it', async () => {
    const env = { FLUXGATE_ADMIN_TOKEN: 'another-token-than-that' };

    const { code, stderr } = await runCli(['sale', 'list'], { cwd, env });

    expect(code).toBe(2);
    expect(stderr).toContain('admin token');
    expect(stderr).not.toContain(env.FLUXGATE_ADMIN_TOKEN);
  });

  test('rotates the keys of its waiting room, once at a time, and shows no secret', async () => {
    const rotated = await operate('keys', 'rotate', '--json');
    const again = await operate('keys', 'rotate');
    const listed = await operate('keys', 'list');

    expect(JSON.parse(rotated.stdout)).toMatchObject({
      keys: [
        { keyId: 'k1', state: 'signs' },
        { keyId: 'k2', state: 'announced' },
      ],
      removed: [],
    });
    expect(again.stderr).toContain('k2 was announced before');
    expect(listed.stdout).toMatch(/^KEY +STATE +SIGNS FROM\nk1 +signs +\S+\nk2 +announced +\S+\n$/);
    expect(rotated.stdout).not.toMatch(/[0-9a-f]{64}/);
  });

  test('removes a key that does not sign, after asking, and no other', async () => {
    const unasked = await operate('keys', 'remove', 'k2');
    const signing = await operate('keys', 'remove', 'k1', '--confirm', 'k1');
    const unknown = await operate('keys', 'remove', 'k9', '--confirm', 'k9');
    const removed = await operate('keys', 'remove', 'k2', '--confirm', 'k2');

    expect([unasked.code, signing.code, unknown.code, removed.code]).toEqual([2, 2, 24, 0]);
    expect(signing.stderr).toContain('fluxgate keys rotate');
    expect((await asked('keys', 'list')).keys).toMatchObject([{ keyId: 'k1' }]);
  });

  test('keeps its data folder to itself: migrations say who has it', async () => {
    const { code, stderr } = await operate('migrate', 'up');

    expect(code).toBe(24);
    expect(stderr).toContain(String(serve.pid));
  });

  test('lets its schema and its dead letters be read beside it', async () => {
    expect(await asked('migrate', 'status')).toMatchObject({ pending: [] });
    expect(await asked('dead-letters', 'list')).toEqual({ deadLetters: [] });
  });

  test('is named by commands that do not reach it', async () => {
    const { code, stderr } = await operate('sale', 'list', '--url', 'http://127.0.0.1:9');

    expect(code).toBe(24);
    expect(stderr).toContain('Try: fluxgate serve');
  });
});
