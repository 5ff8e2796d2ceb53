import { describe, expect, it } from 'vitest';
import { checkLoadTarget } from '../../../../src/toolkit/load/load-target.ts';
import { outcomeOfAnswer } from '../../../../src/toolkit/load/outcome-of-answer.ts';
import { parseRetryAfter, pauseBeforeRetryMs } from '../../../../src/toolkit/load/retry-rules.ts';

describe('the meaning of an answer', () => {
  it.each([
    [200, { status: 'success', orderId: 'o' }, { outcome: 'accepted', orderId: 'o' }],
    [200, { status: 'ignored', orderId: 'o' }, { outcome: 'duplicate', orderId: 'o' }],
    [200, { status: 'success' }, { outcome: 'server_error', error: 'a 200 without an orderId' }],
    [302, null, { outcome: 'waiting' }],
    [409, { status: 'sold_out' }, { outcome: 'sold_out' }],
    [409, { status: 'limit_reached' }, { outcome: 'limit_reached' }],
    [409, { status: 'not_open', opensAt: 'x' }, { outcome: 'not_open' }],
    [409, { status: 'paused' }, { outcome: 'not_open' }],
    [409, { status: 'sale_closed' }, { outcome: 'not_open' }],
    [409, { status: 'new_kind' }, { outcome: 'refused', error: 'new_kind' }],
    [422, { status: 'key_reused' }, { outcome: 'key_reused' }],
    [429, { status: 'rate_limited' }, { outcome: 'rate_limited' }],
    [503, { status: 'unknown' }, { outcome: 'unknown' }],
    [503, { status: 'rebuilding' }, { outcome: 'rebuilding' }],
    [503, { status: 'overloaded' }, { outcome: 'overloaded' }],
    [503, {}, { outcome: 'server_error', error: 'status 503 without a code' }],
    [500, { error: 'x', code: 'fault' }, { outcome: 'server_error', error: 'fault' }],
    [404, { error: 'x', code: 'unknown_product' }, { outcome: 'refused', error: 'unknown_product' }],
  ])('%i %j', (status, body, expected) => {
    expect(outcomeOfAnswer(status, JSON.stringify(body))).toEqual(expected);
  });

  it('does not trip over a body that is no JSON', () => {
    expect(outcomeOfAnswer(502, '<html>')).toEqual({ outcome: 'server_error', error: 'status 502 without a code' });
  });
});

describe('the pause before a retry', () => {
  it('is none after a final answer', () => {
    for (const outcome of ['accepted', 'duplicate', 'sold_out', 'limit_reached', 'waiting', 'refused'] as const)
      expect(pauseBeforeRetryMs(outcome, 1, null, 0)).toBeNull();
  });

  it('is never shorter than Retry-After', () => {
    expect(pauseBeforeRetryMs('rate_limited', 5, 3, 0)).toBe(3_000);
    expect(pauseBeforeRetryMs('unknown', 1, 3, 0.5)).toBe(3_750);
  });

  it('doubles from try to try up to a bound where the server names no time', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 50].map((tries) => pauseBeforeRetryMs('connection_error', tries, null, 0));

    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
  });

  it('reads Retry-After in seconds and nothing else', () => {
    expect(parseRetryAfter('7')).toBe(7);
    expect(parseRetryAfter(['2', '3'])).toBe(2);
    expect(parseRetryAfter('Wed, 21 Oct 2026 07:28:00 GMT')).toBeNull();
    expect(parseRetryAfter(undefined)).toBeNull();
  });
});

describe('the target of load', () => {
  it.each(['http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:9', 'http://127.8.9.1'])('takes %s', (url) => {
    expect(checkLoadTarget(url, false)).toBe(new URL(url).origin);
  });

  it.each(['http://example.org', 'http://127.0.0.1.example.org', 'http://10.0.0.1', 'http://localhost.evil.org'])(
    'refuses %s unless it is claimed',
    (url) => {
      expect(() => checkLoadTarget(url, false)).toThrow(/is not this machine/);
      expect(checkLoadTarget(url, true)).toBe(url);
    },
  );

  it.each(['nonsense', 'ftp://127.0.0.1'])('refuses %s', (url) => {
    expect(() => checkLoadTarget(url, true)).toThrow();
  });
});
