import { describe, expect, it } from 'vitest';
import { HttpAnswerParser, headerOf, type ParsedAnswer } from '../../../../src/toolkit/load/http-answer-parser.ts';

/** What the parser says of these bytes, given to it in pieces of that length. */
function parsed(text: string, pieceBytes = 1_000_000): { answers: ParsedAnswer[]; endedOne: boolean } {
  const answers: ParsedAnswer[] = [];
  const parser = new HttpAnswerParser((answer) => answers.push(answer));
  const bytes = Buffer.from(text);
  // one buffer for all pieces, as a socket has it: what the parser keeps, it has to copy
  const shared = Buffer.alloc(Math.min(pieceBytes, bytes.length));
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const length = bytes.copy(shared, 0, at, at + pieceBytes);
    parser.feed(shared.subarray(0, length));
    shared.fill(0);
  }
  return { answers, endedOne: parser.end() };
}

const kinds: readonly [name: string, text: string, status: number, body: string][] = [
  ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{"a":1}', 200, '{"a":1}'],
  ['letters of two bytes', 'HTTP/1.1 409 Conflict\r\ncontent-length: 6\r\n\r\nüöä', 409, 'üöä'],
  [
    'chunks',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n2\r\nde\r\n0\r\nt: 1\r\n\r\n',
    200,
    'abcde',
  ],
  ['no body at all', 'HTTP/1.1 204 No Content\r\nx: 1\r\n\r\n', 204, ''],
  ['an empty body', 'HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n', 302, ''],
  [
    'a word before',
    'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\n{}',
    503,
    '{}',
  ],
];

describe('an answer on the wire', () => {
  it.each(kinds)('is read the same however its bytes are cut: %s', (_name, text, status, body) => {
    for (let pieceBytes = 1; pieceBytes <= text.length + 1; pieceBytes += 1) {
      const { answers } = parsed(text + text, pieceBytes);
      expect(answers.map((answer) => [answer.status, answer.body])).toEqual([
        [status, body],
        [status, body],
      ]);
    }
  });

  it('ends with the connection where it names no length, and only there', () => {
    const open = parsed('HTTP/1.1 200 OK\r\n\r\nall of it', 4);
    const cut = parsed('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', 4);

    expect(open).toMatchObject({ endedOne: true, answers: [{ body: 'all of it', keepAlive: false }] });
    expect(cut).toEqual({ endedOne: false, answers: [] });
  });

  it.each([
    ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', true],
    ['HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 0\r\n\r\n', false],
    ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', false],
  ])('says whether the connection goes on: %j', (text, keepAlive) => {
    expect(parsed(text).answers[0]?.keepAlive).toBe(keepAlive);
  });

  it('keeps the beginning of a body that is too long, and reads on behind it', () => {
    const long = `HTTP/1.1 500 X\r\ncontent-length: 100000\r\n\r\n${'x'.repeat(100_000)}`;

    const { answers } = parsed(`${long}HTTP/1.1 204 No Content\r\n\r\n`, 5_000);

    expect(answers.map(({ status, body }) => [status, body.length])).toEqual([
      [500, 16 * 1024],
      [204, 0],
    ]);
  });

  it.each([
    'SSH-2.0-OpenSSH\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n',
    `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`,
  ])('is refused where it is no answer: %.60j', (text) => {
    expect(() => parsed(text)).toThrow();
  });

  it('finds a header by its name, whatever its case, and not within another', () => {
    const head = 'HTTP/1.1 200 OK\r\nX-Retry-After: 9\r\nRetry-After:  3 \r\nkeep-alive: timeout=5';

    expect(headerOf(head, 'retry-after')).toBe('3');
    expect(headerOf(head, 'keep-alive')).toBe('timeout=5');
    expect(headerOf(head, 'after')).toBeUndefined();
  });
});
