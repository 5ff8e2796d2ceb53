import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCommand, endOfReply } from '../../../../src/toolkit/bench/raw-redis.ts';

describe('a bare command', () => {
  it('goes over the wire as a list of bulk strings', () => {
    expect(encodeCommand(['GET', 7, Buffer.from('å')]).toString()).toBe('*3\r\n$3\r\nGET\r\n$1\r\n7\r\n$2\r\nå\r\n');
  });
});

describe('the end of a reply', () => {
  it.each([
    '+OK\r\n',
    ':1\r\n',
    '-ERR no\r\n',
    '$-1\r\n',
    '*-1\r\n',
    '$0\r\n\r\n',
    '*2\r\n$4\r\na\r\nb\r\n*1\r\n:7\r\n',
  ])('is found in %j, once all of it is there', (reply) => {
    const bytes = Buffer.from(reply);

    for (let part = 0; part < bytes.length; part += 1) expect(endOfReply(bytes.subarray(0, part), 0)).toBeUndefined();
    expect(endOfReply(bytes, 0)).toBe(bytes.length);
  });

  it('is found behind any reply that came before, whatever bytes were in it', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)))), (lists) => {
        const stream = Buffer.concat(lists.map((words) => encodeCommand(words)));

        let at = 0;
        for (const words of lists) {
          const end = endOfReply(stream, at);
          expect(end).toBe(at + encodeCommand(words).length);
          at = end ?? 0;
        }
      }),
    );
  });
});
