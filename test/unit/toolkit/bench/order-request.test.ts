import { describe, expect, it } from 'vitest';
import { orderRequests } from '../../../../src/toolkit/bench/order-request.ts';

describe('the requests of the bench', () => {
  const request = orderRequests({ host: '127.0.0.1:80', crowd: 'b001', saleId: 'bench', productId: 'plenty' });

  it('say the length of their body, whatever the number', () => {
    for (const n of [0, 9, 10, 123_456, 999_999_999_999]) {
      const [head = '', body = ''] = request(n).split('\r\n\r\n');
      expect(head).toContain(`\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`);
      expect(JSON.parse(body)).toMatchObject({ saleId: 'bench', productId: 'plenty', quantity: 1 });
    }
  });

  it('have a user and a key of their own', () => {
    const texts = Array.from({ length: 1_000 }, (_, n) => request(n));
    const keys = texts.map((text) => /x-idempotency-key: (\S+)/.exec(text)?.[1]);
    const users = texts.map((text) => JSON.parse(text.split('\r\n\r\n')[1] ?? '').userId);

    expect(new Set(keys).size).toBe(1_000);
    expect(new Set(users).size).toBe(1_000);
  });
});
