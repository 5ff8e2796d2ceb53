import { describe, expect, it } from 'vitest';
import {
  type HeardOfCall,
  type HeardOfOrder,
  stepAfterCall,
  stepAfterOrder,
} from '../../../../src/toolkit/load/buyer-steps.ts';
import { readCall } from '../../../../src/toolkit/load/call-client.ts';

const heard = (more: Partial<HeardOfOrder>): HeardOfOrder => ({
  ...{ outcome: 'accepted', retryAfterSeconds: null, tries: 1, chance: 0 },
  ...more,
});
const told = (fields: Record<string, unknown>, more: Partial<HeardOfCall> = {}): HeardOfCall => ({
  ...{ outcome: 'answered', fields, retryAfterSeconds: null, tries: 1, chance: 0 },
  ...more,
});

describe('a buyer who heard of an order', () => {
  it.each(['plain', 'double-click', 'over-limit', 'several-lines', 'slow'] as const)(
    'leaves, being %s',
    (behaviour) => {
      expect(stepAfterOrder(behaviour, heard({ outcome: 'unknown' }))).toEqual({ kind: 'leave' });
    },
  );

  it('asks again when Retry-After says, keeping the rules', () => {
    expect(stepAfterOrder('retry', heard({ outcome: 'rate_limited', retryAfterSeconds: 3 }))).toEqual({
      kind: 'order',
      pauseMs: 3_000,
    });
    expect(stepAfterOrder('retry', heard({ outcome: 'sold_out' }))).toEqual({ kind: 'leave' });
  });

  it('asks again at once as a bot, whatever it was told, and gives up after its tries', () => {
    const limited = { outcome: 'rate_limited', retryAfterSeconds: 30 } as const;

    expect(stepAfterOrder('bot', heard(limited))).toEqual({ kind: 'order', pauseMs: 50 });
    expect(stepAfterOrder('bot', heard({ outcome: 'waiting' }))).toEqual({ kind: 'order', pauseMs: 50 });
    expect(stepAfterOrder('bot', heard({ ...limited, tries: 10 }))).toEqual({ kind: 'leave' });
    expect(stepAfterOrder('bot', heard({ outcome: 'sold_out' }))).toEqual({ kind: 'leave' });
  });

  it('takes a ticket where it is sent to the waiting room and follows', () => {
    expect(stepAfterOrder('waiting-room', heard({ outcome: 'waiting' }))).toEqual({
      kind: 'call',
      pauseMs: 0,
      call: { kind: 'ticket' },
    });
    expect(stepAfterOrder('retry', heard({ outcome: 'waiting' }))).toEqual({ kind: 'leave' });
  });

  it('takes another ticket after a pause that grows where its pass is refused again and again', () => {
    const pauses = [1, 2, 3, 4, 50].map((tries) =>
      stepAfterOrder('waiting-room', heard({ outcome: 'waiting', tries })),
    );

    expect(pauses.map((step) => (step.kind === 'call' ? step.pauseMs : step.kind))).toEqual([0, 100, 200, 400, 2_000]);
    expect(stepAfterOrder('waiting-room', heard({ outcome: 'waiting', tries: 2, retryAfterSeconds: 5 }))).toMatchObject(
      {
        pauseMs: 5_000,
      },
    );
  });

  it('cancels what was accepted, a while later', () => {
    expect(stepAfterOrder('cancel', heard({ orderId: 'o1' }))).toEqual({
      kind: 'call',
      pauseMs: 1_000,
      call: { kind: 'cancel', orderId: 'o1' },
    });
    expect(stepAfterOrder('cancel', heard({ outcome: 'unknown' }))).toEqual({ kind: 'order', pauseMs: 100 });
  });
});

describe('a buyer in the waiting room', () => {
  const ticket = { kind: 'ticket' } as const;

  it('asks for its place when it was told to', () => {
    expect(stepAfterCall(ticket, told({ status: 'waiting', ticket: 't', stockLeft: 5, pollAfterMs: 2_000 }))).toEqual({
      kind: 'call',
      pauseMs: 2_000,
      call: { kind: 'place', ticket: 't' },
    });
  });

  it('orders with its pass once its turn has come', () => {
    const place = { kind: 'place', ticket: 't' } as const;

    expect(stepAfterCall(place, told({ status: 'admitted', ticket: 't', pass: 'p', stockLeft: 1 }))).toEqual({
      kind: 'order',
      pauseMs: 0,
      pass: 'p',
    });
  });

  it('leaves where the room says that nothing is left', () => {
    expect(stepAfterCall(ticket, told({ status: 'waiting', ticket: 't', stockLeft: 0, pollAfterMs: 1 }))).toEqual({
      kind: 'leave_sold_out',
    });
  });

  it('asks the same again where nobody answered, and leaves where it was refused', () => {
    expect(stepAfterCall(ticket, told({}, { outcome: 'unavailable', retryAfterSeconds: 1 }))).toEqual({
      kind: 'call',
      pauseMs: 1_000,
      call: ticket,
    });
    expect(stepAfterCall(ticket, told({}, { outcome: 'refused' }))).toEqual({ kind: 'leave' });
  });
});

describe('the answer to a call', () => {
  it.each([
    [201, '{"status":"waiting"}', { outcome: 'answered', fields: { status: 'waiting' } }],
    [429, '{"status":"rate_limited"}', { outcome: 'rate_limited' }],
    [503, '{"status":"rebuilding","code":"rebuilding"}', { outcome: 'unavailable', error: 'rebuilding' }],
    [409, '{"code":"order_refused"}', { outcome: 'refused', error: 'order_refused' }],
    [500, 'oops', { outcome: 'refused', error: 'status 500 without a code' }],
  ])('of status %i is read', (status, body, expected) => {
    expect(readCall(status, body)).toMatchObject(expected);
  });
});
