import { describe, expect, it } from 'vitest';
import type { ProductId } from '../../../src/engine/domain/ids.ts';
import type { PlaceOutcome } from '../../../src/engine/engine.ts';
import { placeAnswer } from '../../../src/server/answers/place-answer.ts';
import {
  sampleInstant,
  sampleOrderId,
  sampleProductId,
  sampleSaleId,
  sampleUserId,
} from '../../support/fake-engine.ts';

const order = { userId: sampleUserId, lines: [{ productId: sampleProductId, quantity: 2 }] };

/** Every kind of outcome once: the compiler asks for the ones that are missing. */
const rows: { [Kind in PlaceOutcome['kind']]: [Extract<PlaceOutcome, { kind: Kind }>, number, object] } = {
  accepted: [
    { kind: 'accepted', orderId: sampleOrderId },
    200,
    { status: 'success', msg: 'Order accepted', orderId: sampleOrderId },
  ],
  duplicate: [
    { kind: 'duplicate', orderId: sampleOrderId },
    200,
    { status: 'ignored', msg: 'Duplicate request', orderId: sampleOrderId },
  ],
  key_reused: [
    { kind: 'key_reused', orderId: sampleOrderId },
    422,
    {
      status: 'key_reused',
      msg: 'This key belongs to an order with another body',
      error: 'This key belongs to an order with another body',
      code: 'key_reused',
    },
  ],
  sold_out: [
    { kind: 'sold_out', productId: sampleProductId },
    409,
    { status: 'sold_out', msg: 'Inventory empty', error: 'Inventory empty', code: 'sold_out' },
  ],
  over_limit: [
    { kind: 'over_limit', productId: sampleProductId, limitPerUser: 2 },
    409,
    {
      status: 'limit_reached',
      msg: 'A buyer may have 2 of this product at most',
      productId: 'ticket',
      limitPerUser: 2,
      error: 'A buyer may have 2 of this product at most',
      code: 'limit_reached',
    },
  ],
  not_open: [
    { kind: 'not_open', openness: { kind: 'scheduled', opensAt: sampleInstant } },
    409,
    {
      status: 'not_open',
      msg: 'The sale is not open yet',
      opensAt: '2026-11-23T09:30:00.000Z',
      error: 'The sale is not open yet',
      code: 'not_open',
    },
  ],
  not_admitted: [
    { kind: 'not_admitted', saleId: sampleSaleId },
    302,
    {
      status: 'waiting_room',
      msg: 'Please queue',
      saleId: 'default',
      location: '/waiting-room?saleId=default&userId=ada&productId=ticket&quantity=2',
    },
  ],
  pass_refused: [
    { kind: 'pass_refused', why: 'expired' },
    403,
    {
      status: 'pass_refused',
      msg: 'The queue pass is expired',
      why: 'expired',
      error: 'The queue pass is expired',
      code: 'pass_refused',
    },
  ],
  unknown_product: [
    { kind: 'unknown_product', productId: sampleProductId },
    404,
    { error: 'There is no such product in this sale', code: 'unknown_product' },
  ],
  unknown_sale: [{ kind: 'unknown_sale' }, 404, { error: 'There is no such sale', code: 'unknown_sale' }],
  sale_ambiguous: [
    { kind: 'sale_ambiguous', saleIds: [sampleSaleId] },
    400,
    {
      saleIds: ['default'],
      error: 'The product stands in several sales: name one in saleId',
      code: 'sale_ambiguous',
    },
  ],
  mixed_currency: [
    { kind: 'mixed_currency' },
    400,
    { error: 'All lines of an order must have one currency', code: 'mixed_currency' },
  ],
  unknown: [{ kind: 'unknown' }, 503, expect.objectContaining({ status: 'unknown', code: 'unknown' })],
  rebuilding: [{ kind: 'rebuilding' }, 503, expect.objectContaining({ status: 'rebuilding', code: 'rebuilding' })],
  overloaded: [{ kind: 'overloaded' }, 503, expect.objectContaining({ status: 'overloaded', code: 'overloaded' })],
};

describe('the answer to an order', () => {
  it.each(Object.entries(rows))('of %s is what http.md says', (_kind, [outcome, status, body]) => {
    const answer = placeAnswer(outcome, order);

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.json)).toEqual(body);
  });

  it.each(['unknown', 'rebuilding', 'overloaded'] as const)('says when to retry where it is %s', (kind) => {
    expect(placeAnswer({ kind }, order).headers).toEqual(['retry-after', '1']);
  });

  it('marks a replay', () => {
    const answer = placeAnswer({ kind: 'duplicate', orderId: sampleOrderId }, order);

    expect(answer.headers).toEqual(['idempotency-replayed', 'true']);
  });

  it.each([
    ['paused', 'paused'],
    ['closed', 'sale_closed'],
  ] as const)('says that a sale is %s', (kind, status) => {
    const answer = placeAnswer({ kind: 'not_open', openness: { kind } }, order);

    expect(answer.status).toBe(409);
    expect(JSON.parse(answer.json)).toMatchObject({ status, code: status });
  });

  it('leads to the waiting room without a product where the order has several lines, and escapes what it is given', () => {
    const lines = [
      { productId: 'a' as ProductId, quantity: 1 },
      { productId: 'b' as ProductId, quantity: 1 },
    ];
    const answer = placeAnswer(
      { kind: 'not_admitted', saleId: sampleSaleId },
      { userId: 'é &\u{1F600}' as typeof sampleUserId, lines },
    );

    expect(answer.headers).toEqual(['location', '/waiting-room?saleId=default&userId=%C3%A9%20%26%F0%9F%98%80']);
  });
});
