import { FluxError } from '../../engine/domain/flux-error.ts';
import type { HoldOutcome, HoldRequest } from '../../engine/domain/hold.ts';
import type { ConfigVersion, ProductId } from '../../engine/domain/ids.ts';
import type { Openness } from '../../engine/domain/sale.ts';
import { toInstant } from '../../engine/domain/time.ts';
import { MessagePackList } from './message-pack.ts';
import type { ScriptReply } from './redis-connection.ts';

/** About what an order takes beside its record, and a line of it; longer names make the list grow. */
const orderBytes = 110;
const lineBytes = 60;

/** The requests of a batch as lua/hold.lua reads them; those that `lacksRecord` says yes to without their records. */
export function encodeRequests(
  requests: readonly HoldRequest[],
  lacksRecord: (request: HoldRequest) => boolean = () => false,
): Buffer {
  let length = 0;
  let sizeBytes = 0;
  const records = requests.map((request) => (lacksRecord(request) ? null : request.record));
  for (const [n, { lines }] of requests.entries()) {
    length += 7 + 2 * lines.length;
    sizeBytes += (records[n]?.length ?? 0) + orderBytes + lines.length * lineBytes;
  }
  const list = new MessagePackList(length, sizeBytes);
  for (const [n, { orderId, requestHash, userId, admitted, passId, lines }] of requests.entries()) {
    list.hex16(orderId).hex16(requestHash).text(userId).flag(admitted);
    if (passId === null) list.flag(false);
    else list.text(passId);
    const record = records[n] ?? null;
    if (record === null) list.flag(false);
    else list.bytes(record);
    list.whole(lines.length);
    for (const { productId, quantity } of lines) list.text(productId).whole(quantity);
  }
  return list.finish();
}

/** What lua/hold.lua answered, one outcome a request. @throws FluxError `fault` where the reply does not fit the requests */
export function decodeOutcomes({ kind, rest }: ScriptReply, requests: readonly HoldRequest[]): readonly HoldOutcome[] {
  const [first, openness, ...extras] = rest;
  if (kind === 'rebuilding') return requests.map((): HoldOutcome => ({ kind }));
  if (kind === 'stale_config') {
    const version = Number(first) as ConfigVersion; // one that was configured
    return requests.map((): HoldOutcome => ({ kind, version }));
  }
  if (first?.length !== 2 * requests.length || openness === undefined) throw misfit(kind);
  const shut = opennessOf(openness.toString('latin1'));
  let nextExtra = 0;
  const extra = (): Buffer => {
    const bytes = extras[nextExtra];
    nextExtra += 1;
    if (bytes === undefined) throw misfit(kind);
    return bytes;
  };
  return requests.map((request, n) => {
    const code = String.fromCharCode(first[2 * n] ?? 0);
    return outcomeOf(code, request, first[2 * n + 1] ?? 0, extra, shut);
  });
}

function outcomeOf(
  code: string,
  request: HoldRequest,
  line: number,
  extra: () => Buffer,
  shut: Exclude<Openness, { kind: 'open' }> | null,
): HoldOutcome {
  const { orderId } = request;
  switch (code) {
    case 'h':
      return { kind: 'held', orderId };
    case 's':
      return { kind: 'duplicate', orderId, settled: true };
    case 'd':
      return { kind: 'duplicate', orderId, settled: false, record: extra() };
    case 'k':
      return { kind: 'key_reused', orderId };
    case 'a':
      return { kind: 'not_admitted' };
    case 'u':
      return { kind: 'unknown_product', productId: productOf(request, line) };
    case 'l':
      return { kind: 'over_limit', productId: productOf(request, line), limitPerUser: Number(extra()) };
    case 'o':
      return { kind: 'sold_out', productId: productOf(request, line) };
    case 'n':
      if (shut !== null) return { kind: 'not_open', openness: shut };
      throw misfit(code);
    default:
      throw misfit(code);
  }
}

function productOf({ lines }: HoldRequest, line: number): ProductId {
  const productId = lines[line - 1]?.productId;
  if (productId === undefined) throw misfit(`line ${line}`);
  return productId;
}

/** Null where the sale is open. */
function opennessOf(text: string): Exclude<Openness, { kind: 'open' }> | null {
  if (text === 'open') return null;
  if (text === 'paused' || text === 'closed') return { kind: text };
  const [, ms] = text.split(' ');
  return { kind: 'scheduled', opensAt: ms === undefined ? null : toInstant(Number(ms)) };
}

function misfit(what: string): FluxError {
  return new FluxError('fault', `the gate's reply to a hold does not fit the question (${what})`);
}
