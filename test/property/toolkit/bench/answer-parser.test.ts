import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerParser } from '../../../../src/toolkit/bench/answer-parser.ts';

const status = fc.constantFrom(200, 204, 302, 304, 404, 409, 429, 503);
const extraHeaders = fc.array(
  fc.constantFrom('date: Mon, 01 Jan 2026 00:00:00 GMT', 'x-content-length: 5', 'Connection: keep-alive', 'a:b'),
  { maxLength: 4 },
);
const lengthName = fc.constantFrom('content-length', 'Content-Length', 'CONTENT-LENGTH');
/** Bodies that look like heads must not be read as heads. */
const body = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constant('HTTP/1.1 500 No\r\ncontent-length: 3\r\n\r\nabc'),
  fc.constant('\r\n\r\n'),
);
const interim = fc.boolean();

const answer = fc.record({ status, extraHeaders, lengthName, body, interim, before: fc.boolean() });

function wire(of: {
  status: number;
  extraHeaders: string[];
  lengthName: string;
  body: string;
  interim: boolean;
  before: boolean;
}) {
  const bytes = Buffer.from(of.body, 'utf8');
  const bodiless = of.status === 204 || of.status === 304;
  const length = bodiless ? [] : [`${of.lengthName}: ${bytes.length}`];
  const headers = of.before ? [...length, ...of.extraHeaders] : [...of.extraHeaders, ...length];
  const head = [`HTTP/1.1 ${of.status} Some Reason`, ...headers].join('\r\n');
  const interim = of.interim ? 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n' : '';
  return Buffer.concat([Buffer.from(`${interim}${head}\r\n\r\n`), bodiless ? Buffer.alloc(0) : bytes]);
}

/** Cuts bytes at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...sorted].map((from, n) => bytes.subarray(from, sorted[n] ?? bytes.length));
}

describe('the answer parser', () => {
  it('says the same statuses in the same order however the bytes are cut into packets', () => {
    fc.assert(
      fc.property(
        fc.array(answer, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(5_000), { maxLength: 20 }),
        (answers, places) => {
          const seen: number[] = [];
          const parser = new AnswerParser((code) => seen.push(code));
          const scratch = Buffer.alloc(8_192);

          for (const packet of cut(Buffer.concat(answers.map(wire)), places)) {
            // one buffer for all reads, as the sockets have it: nothing may be kept in it
            packet.copy(scratch);
            parser.feed(scratch.subarray(0, packet.length));
            scratch.fill('x');
          }

          expect(seen).toEqual(answers.map((of) => of.status));
        },
      ),
    );
  });

  it('says so byte by byte too, and never before the last byte of the body', () => {
    fc.assert(
      fc.property(answer, (of) => {
        const seen: number[] = [];
        const parser = new AnswerParser((code) => seen.push(code));
        const bytes = wire(of);

        for (let at = 0; at < bytes.length - 1; at += 1) parser.feed(bytes.subarray(at, at + 1));
        const before = [...seen];
        parser.feed(bytes.subarray(bytes.length - 1));

        expect([before, seen]).toEqual([[], [of.status]]);
      }),
    );
  });

  it.each([
    ['what is no HTTP', 'hello there\r\n\r\n'],
    ['chunked bodies', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['bodies that end with the connection', 'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n'],
    ['a head without an end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}`],
  ])('refuses %s', (_name, text) => {
    const parser = new AnswerParser(() => {});

    expect(() => parser.feed(Buffer.from(text))).toThrow();
  });
});
