import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectToRunning } from '../../src/adapters/embedded-postgres/embedded-postgres.ts';
import type { VerifyReport } from '../../src/toolkit/verify/report-schema.ts';
import { ask } from '../support/ask.ts';
import { buyersOf, type Heard, type Wish } from '../support/buyers.ts';
import { startServe } from '../support/serve.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';
import { verdictOf } from '../support/verdict.ts';

const root = join(import.meta.dirname, '..', '..');
const runner = join(root, 'test', 'planted', 'serve-planted.ts');
const productId = 'ticket';

let folder: ThrowawayFolder;

beforeEach(() => {
  folder = throwawayFolder();
});

afterEach(async () => {
  await folder.remove();
});

interface Sold {
  readonly heard: readonly Heard[];
  readonly code: number | null;
  readonly report: VerifyReport;
}

/** Sells with a defect: a crowd in several waves, so that there are several turns, appends and batches; then verify. */
async function sellWith(
  defect: string,
  use: { readonly stock: number; readonly buyers: number; readonly before?: () => Promise<void> },
): Promise<Sold> {
  const served = await startServe(folder.dataDir, {
    entry: runner,
    env: { PLANTED: defect, FLUXGATE_RELAY_AFTER_MS: '200', FLUXGATE_LOG_LEVEL: 'fatal' },
  });
  await ask(served.url, 'POST', '/init', { productId, quantity: use.stock });
  await use.before?.();
  const buyers = buyersOf(served.url);
  try {
    const wishes: Wish[] = Array.from({ length: use.buyers }, (_, n) => ({
      userId: `buyer-${n}`,
      key: `key-${n}`,
      lines: [{ productId, quantity: 1 }],
    }));
    for (let at = 0; at < wishes.length; at += 25) await buyers.order(wishes.slice(at, at + 25));
    const history = `${folder.path}/buyers.ndjson`;
    await buyers.write(history);
    const { code, report } = await verdictOf(folder.dataDir, [history], ['--wait', '1s']);
    return { heard: buyers.heard, code, report };
  } finally {
    await buyers.close();
  }
}

/** The findings of an invariant, by kind. */
function found(report: VerifyReport, invariant: string) {
  const judged = report.invariants.find((one) => one.name === invariant);
  return {
    verdict: judged?.verdict,
    kinds: [...new Set(judged?.findings.map((one) => one.kind))],
    findings: judged?.findings ?? [],
  };
}

async function onLedger(sql: string): Promise<void> {
  const address = await connectToRunning(folder.dataDir);
  if (address === null) throw new Error('no PostgreSQL runs');
  const client = new Client(address);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

const ordersHeard = (heard: readonly Heard[]) =>
  heard.flatMap((one) => (one.orderId === undefined ? [] : [one.orderId]));

test('a hold that is not atomic oversells, and verify says of which product and by how much', async () => {
  const { heard, code, report } = await sellWith('hold-in-two-steps', {
    stock: 5,
    buyers: 50,
    // With the last line of defence in place the ledger would refuse: see the next test.
    before: () => onLedger('alter table products drop constraint units_within_total'),
  });

  expect(ordersHeard(heard).length).toBeGreaterThan(5);
  expect(code).toBe(20);
  const { verdict, kinds, findings } = found(report, 'no-oversell');
  expect(verdict).toBe('violated');
  expect(kinds).toContain('oversold_by_counters');
  expect(kinds).toContain('oversold_by_lines');
  expect(findings[0]?.ids.join(' ')).toContain(productId);
});

test('the ledger sells nothing twice even then: verify names the orders that it had to revoke', async () => {
  const { heard, code, report } = await sellWith('hold-in-two-steps', { stock: 5, buyers: 50 });

  const promised = ordersHeard(heard);
  expect(promised.length).toBeGreaterThan(5);
  expect(code).toBe(20);
  expect(report.books.ledger.byState).toMatchObject({ confirmed: 5, revoked: promised.length - 5 });
  const { verdict, findings } = found(report, 'no-lost-order');
  expect(verdict).toBe('violated');
  const named = findings.flatMap((one) => one.ids);
  expect(named.length).toBeGreaterThan(0);
  expect(promised).toEqual(expect.arrayContaining(named));
});

test('a consumer that inserts twice makes two orders of one key, and verify names both', async () => {
  const { heard, code, report } = await sellWith('record-twice', { stock: 500, buyers: 50 });

  expect(code).toBe(20);
  const { verdict, kinds, findings } = found(report, 'no-duplicate');
  expect(verdict).toBe('violated');
  expect(kinds).toContain('key_with_two_orders');
  const named = findings.flatMap((one) => one.ids);
  expect(ordersHeard(heard).some((orderId) => named.includes(orderId))).toBe(true);
  expect(found(report, 'conservation').verdict).toBe('violated');
});

test('units that are counted twice differ from the lines, and verify says by how much', async () => {
  const { code, report } = await sellWith('count-twice', { stock: 500, buyers: 50 });

  expect(code).toBe(20);
  const { verdict, kinds, findings } = found(report, 'conservation');
  expect(verdict).toBe('violated');
  expect(kinds).toContain('counters_differ_from_lines');
  expect(findings[0]?.ids.join(' ')).toContain(productId);
});

test('an outbox entry that is dropped strands its units, and verify finds them', async () => {
  const { heard, code, report } = await sellWith('drop-outbox', { stock: 500, buyers: 100 });

  expect(heard.some((one) => one.outcome === 'unknown')).toBe(true);
  expect(code).toBe(20);
  const { verdict, kinds, findings } = found(report, 'conservation');
  expect(verdict).toBe('violated');
  expect(kinds).toContain('units_stranded');
  expect(findings[0]?.ids.join(' ')).toContain(productId);
  expect(report.classes.stranded).toBe(heard.filter((one) => one.outcome === 'unknown').length);
});

test('a 200 without an append is a lost order, and verify names it', async () => {
  const { heard, code, report } = await sellWith('promise-without-append', { stock: 500, buyers: 100 });

  expect(code).toBe(20);
  const { verdict, kinds, findings } = found(report, 'no-lost-order');
  expect(verdict).toBe('violated');
  expect(kinds).toContain('heard_order_lost');
  const named = findings.flatMap((one) => one.ids);
  expect(named.length).toBeGreaterThan(0);
  expect(ordersHeard(heard)).toEqual(expect.arrayContaining(named));
  expect(report.classes.lost).toBeGreaterThan(0);
});

test('planted defects are absent from the build and from the package', () => {
  const built = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' });
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const listed: unknown = JSON.parse(packed);
  const files = JSON.stringify(listed);

  expect(built.length).toBeGreaterThan(100);
  expect(built.filter((path) => path.includes('planted'))).toEqual([]);
  expect(files).toContain('dist/compose.js');
  expect(files).not.toContain('planted');
  expect(files).not.toContain('"test/');
});
