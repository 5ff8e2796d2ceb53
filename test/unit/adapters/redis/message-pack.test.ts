import { describe, expect, it } from 'vitest';
import { MessagePackList } from '../../../../src/adapters/redis/message-pack.ts';
import type { OrderId } from '../../../../src/engine/domain/ids.ts';
import { orderId, requestHash } from '../../../builders/ids.ts';

const hex = (list: MessagePackList): string => list.finish().subarray(5).toString('hex');

// The bytes are those of the specification (msgpack.org, "Formats").
describe('a list in MessagePack', () => {
  it('begins with its length', () => {
    expect(new MessagePackList(70_000).finish().toString('hex')).toBe('dd00011170');
  });

  it('writes text as UTF-8, short and long', () => {
    expect(hex(new MessagePackList(1).text('å'))).toBe('a2c3a5');
    expect(hex(new MessagePackList(1).text('x'.repeat(40)))).toBe(`db00000028${'78'.repeat(40)}`);
  });

  it('writes bytes and hex digits as they are', () => {
    expect(hex(new MessagePackList(1).bytes(new Uint8Array([0, 255])))).toBe('a200ff');
    expect(hex(new MessagePackList(1).hex16(requestHash(0xff)))).toBe(`b0${'00'.repeat(15)}ff`);
  });

  it('passes over the dashes of an order id', () => {
    expect(hex(new MessagePackList(1).hex16(orderId(0xabc)))).toBe(`b0${'00'.repeat(6)}80008000${'00'.repeat(4)}0abc`);
  });

  it.each(['', '00', 'x'.repeat(32), '0'.repeat(33), 'A'.repeat(32)])('refuses %o as an id', (text) => {
    const id = text as OrderId; // as a defect elsewhere would send it

    expect(() => new MessagePackList(1).hex16(id)).toThrow(expect.objectContaining({ code: 'fault' }));
  });

  it('writes whole numbers and truth values', () => {
    expect(hex(new MessagePackList(2).whole(0).whole(127))).toBe('007f');
    expect(hex(new MessagePackList(2).whole(128).whole(4_294_967_295))).toBe('ce00000080ceffffffff');
    expect(hex(new MessagePackList(2).flag(true).flag(false))).toBe('c3c2');
  });

  it('grows as far as it has to', () => {
    const list = new MessagePackList(3);

    for (let n = 0; n < 3; n += 1) list.bytes(new Uint8Array(100_000).fill(n));

    const bytes = list.finish();
    expect(bytes).toHaveLength(5 + 3 * 100_005);
    expect(bytes.at(-1)).toBe(2);
  });
});
