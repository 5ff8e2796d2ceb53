import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { nearestName } from '../../config/nearest-name.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { parseSaleId, type SaleId } from '../../engine/domain/ids.ts';
import type { LedgerOrder } from '../../engine/domain/ledger-facts.ts';
import { isoOf } from '../../engine/domain/time.ts';
import type { Ledger } from '../../engine/ports/ledger.ts';

/** Orders of one page: about a megabyte with lines and history. */
const pageSize = 1000;

export interface ExportOptions {
  readonly shape: 'ndjson' | 'csv' | 'json';
  /** Undefined: all sales. */
  readonly sale: string | undefined;
  readonly signal: AbortSignal;
  readonly to: Writable;
}

/**
 * Streams all orders, page by page, no faster than `to` takes them. Returns how many there were.
 * @throws FluxError `usage` for what is no id of a sale, `not_found` for a sale that the ledger does not have
 */
export async function exportOrders(ledger: Pick<Ledger, 'scan' | 'sales'>, options: ExportOptions): Promise<number> {
  const saleId = options.sale === undefined ? null : await saleOf(ledger, options.sale);
  const format = formats[options.shape];
  let count = 0;
  await write(options.to, format.head);
  for await (const page of ledger.scan(saleId, pageSize)) {
    if (options.signal.aborted) break;
    await write(options.to, page.map((order, place) => format.order(order, count + place === 0)).join(''));
    count += page.length;
  }
  await write(options.to, format.tail(count));
  return count;
}

async function saleOf(ledger: Pick<Ledger, 'sales'>, text: string): Promise<SaleId> {
  const saleId = parseSaleId(text);
  if (saleId === undefined) throw new FluxError('usage', `${text} is no id of a sale`);
  const known = (await ledger.sales()).map(({ config }) => config.saleId);
  if (known.includes(saleId)) return saleId;
  throw new FluxError('not_found', `the ledger has no sale ${text}`, {
    hint:
      known.length === 0
        ? 'fluxgate orders export'
        : `fluxgate orders export --sale ${nearestName(text, known) ?? known[0]}`,
  });
}

async function write(to: Writable, text: string): Promise<void> {
  if (text !== '' && !to.write(text)) await once(to, 'drain');
}

interface Format {
  readonly head: string;
  order(order: LedgerOrder, first: boolean): string;
  tail(count: number): string;
}

const csvColumns = [
  'order_id',
  'sale_id',
  'user_id',
  'idempotency_key',
  'state',
  'product_id',
  'quantity',
  'unit_price_minor',
  'currency',
  'accepted_at',
  'recorded_at',
] as const;

const formats: Readonly<Record<ExportOptions['shape'], Format>> = {
  ndjson: { head: '', order: (order) => `${JSON.stringify(documentOf(order))}\n`, tail: () => '' },
  json: {
    head: '{"orders":[',
    order: (order, first) => `${first ? '' : ','}\n${JSON.stringify(documentOf(order))}`,
    tail: (count) => `\n],"count":${count}}\n`,
  },
  csv: { head: `${csvColumns.join(',')}\r\n`, order: csvRows, tail: () => '' },
};

function documentOf(order: LedgerOrder) {
  return {
    orderId: order.orderId,
    saleId: order.saleId,
    userId: order.userId,
    idempotencyKey: order.idempotencyKey,
    state: order.state,
    lines: order.lines.map((line) => ({ ...line, unitPriceMinor: Number(line.unitPriceMinor) })),
    currency: order.currency,
    acceptedAt: isoOf(order.acceptedAt),
    recordedAt: isoOf(order.recordedAt),
    expiresAt: order.expiresAt === null ? null : isoOf(order.expiresAt),
    history: order.history.map(({ state, at, reason }) => ({ state, at: isoOf(at), reason })),
  };
}

function csvRows(order: LedgerOrder): string {
  return order.lines
    .map((line) => {
      const cells = [
        order.orderId,
        order.saleId,
        asText(order.userId),
        asText(order.idempotencyKey),
        order.state,
        asText(line.productId),
        String(line.quantity),
        String(line.unitPriceMinor),
        order.currency,
        isoOf(order.acceptedAt),
        isoOf(order.recordedAt),
      ];
      return `${cells.map(csvCell).join(',')}\r\n`;
    })
    .join('');
}

/** What buyers wrote is text: a spreadsheet would run what begins like a formula (CWE-1236). NDJSON and JSON have it as it is. */
function asText(written: string): string {
  return /^[=+\-@\t\r]/.test(written) ? `'${written}` : written;
}

/** RFC 4180, section 2: quotes around what has a comma, a quote or a line break in it. */
function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
