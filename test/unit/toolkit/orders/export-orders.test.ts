import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Epoch, IdempotencyKey, OrderId, ProductId, SaleId, UserId } from '../../../../src/engine/domain/ids.ts';
import type { LedgerOrder, SaleView } from '../../../../src/engine/domain/ledger-facts.ts';
import { toInstant } from '../../../../src/engine/domain/time.ts';
import { type ExportOptions, exportOrders } from '../../../../src/toolkit/orders/export-orders.ts';
import { aSale } from '../../../builders/a-sale.ts';
import { saleId } from '../../../builders/ids.ts';

const at = toInstant(Date.parse('2026-11-27T08:00:00Z'));

/** An order of this buyer. The casts make ids of literals. */
function orderOf(userId: string, products: readonly string[] = ['ticket']): LedgerOrder {
  return {
    orderId: `order-of-${userId}` as OrderId,
    saleId: 'default' as SaleId,
    userId: userId as UserId,
    idempotencyKey: 'key' as IdempotencyKey,
    state: 'confirmed',
    epoch: 1 as Epoch,
    lines: products.map((product) => ({ productId: product as ProductId, quantity: 2, unitPriceMinor: 4900n })),
    currency: 'EUR',
    acceptedAt: at,
    recordedAt: at,
    expiresAt: null,
    history: [{ state: 'accepted', at, reason: null }],
  };
}

function viewOf(id: string): SaleView {
  return { config: aSale().with({ saleId: saleId(id) }).config, orderIdSecret: '', epoch: null };
}

async function* pagesOf(pages: readonly (readonly LedgerOrder[])[]) {
  yield* pages;
}

async function exported(
  pages: readonly (readonly LedgerOrder[])[],
  options: Partial<ExportOptions> = {},
): Promise<{ readonly text: string; readonly count: number; readonly asked: unknown }> {
  let text = '';
  let asked: unknown;
  const to = new Writable({
    highWaterMark: 1, // every write waits until the one before it was taken
    write(chunk, _encoding, taken) {
      text += chunk;
      setImmediate(taken);
    },
  });
  const ledger = {
    sales: async () => [viewOf('default'), viewOf('black-friday')],
    scan: (only: SaleId | null) => {
      asked = only;
      return pagesOf(pages);
    },
  };
  const never = new AbortController().signal;
  const count = await exportOrders(ledger, { shape: 'ndjson', sale: undefined, signal: never, to, ...options });
  await new Promise((resolve) => to.end(resolve));
  return { text, count, asked };
}

test('every order is one line of JSON', async () => {
  const { text, count } = await exported([[orderOf('a'), orderOf('b')], [orderOf('c')]]);

  const lines = text.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).userId)).toEqual(['a', 'b', 'c']);
  expect(count).toBe(3);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    lines: [{ productId: 'ticket', quantity: 2, unitPriceMinor: 4900 }],
    acceptedAt: '2026-11-27T08:00:00.000Z',
    expiresAt: null,
  });
});

test.each(['=cmd|1', '+1', '-1', '@a'])(
  'CSV has %s as text, not as a formula; NDJSON has it as it is',
  async (written) => {
    const pages = [[orderOf(written)]];

    const csv = await exported(pages, { shape: 'csv' });
    const ndjson = await exported(pages);

    expect(csv.text).toContain(`,'${written},key,`);
    expect(JSON.parse(ndjson.text).userId).toBe(written);
  },
);

test('a sale that the ledger does not have is told, not exported as empty', async () => {
  await expect(exported([[]], { sale: 'defualt' })).rejects.toMatchObject({
    code: 'not_found',
    hint: 'fluxgate orders export --sale default',
  });
});

test.each([[[]], [[[orderOf('a')], [orderOf('b'), orderOf('c')]]]])(
  'with --json all of it is one document',
  async (pages) => {
    const { text, count } = await exported(pages, { shape: 'json' });

    const document = JSON.parse(text);
    expect(document.count).toBe(count);
    expect(document.orders).toHaveLength(count);
  },
);

test('CSV has one row for each line of an order, and quotes what would break a row', async () => {
  const { text } = await exported([[orderOf('a,"b"\nc', ['ticket', 'vinyl'])]], { shape: 'csv' });

  const [head, ...rows] = text.split('\r\n');
  expect(head).toMatch(/^order_id,sale_id,user_id,/);
  expect(rows).toHaveLength(3); // the last is empty
  expect(rows[0]).toContain('"a,""b""\nc"');
  expect(rows[1]).toContain(',vinyl,2,4900,EUR,');
});

test('one sale alone is asked of the ledger, and what can be no sale is refused', async () => {
  expect((await exported([], { sale: 'black-friday' })).asked).toBe('black-friday');
  expect((await exported([])).asked).toBeNull();
  await expect(exported([], { sale: 'no sale' })).rejects.toMatchObject({ code: 'usage' });
});

test('stops between pages when it is interrupted', async () => {
  const { count } = await exported([[orderOf('a')]], { signal: AbortSignal.abort() });

  expect(count).toBe(0);
});
