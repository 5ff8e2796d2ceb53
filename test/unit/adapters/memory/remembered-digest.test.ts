import { expect, it, vi } from 'vitest';
import { rememberDigest } from '../../../../src/adapters/memory/remembered-digest.ts';
import { nodeDigest } from '../../../../src/adapters/node/node-digest.ts';

const texts = ['', 'a', 'b', 'a b', 'größer'];

it('answers as the digest that it asks, the first time and every other', () => {
  const digest = rememberDigest(nodeDigest, 100);

  for (const text of [...texts, ...texts]) {
    expect(digest.sha256Hex(text)).toBe(nodeDigest.sha256Hex(text));
    for (const other of texts) expect(digest.equal(text, other)).toBe(nodeDigest.equal(text, other));
    expect(digest.fromBase64Url(digest.toBase64Url(text))).toBe(text);
  }
});

it('signs each text with each key in its own way, and the same each time', () => {
  const digest = rememberDigest(nodeDigest, 100);
  const signed = () => texts.flatMap((text) => ['aa', 'bb'].map((key) => digest.hmac(key, text)));

  expect(new Set(signed()).size).toBe(2 * texts.length);
  expect(signed()).toEqual(signed());
});

it('asks once for each text, and again for what it forgot when it had as many as it keeps', () => {
  const sha256Hex = vi.fn(nodeDigest.sha256Hex);
  const digest = rememberDigest({ ...nodeDigest, sha256Hex }, 2);

  for (const text of ['a', 'b', 'a', 'b']) digest.sha256Hex(text);
  expect(sha256Hex).toHaveBeenCalledTimes(2);
  digest.sha256Hex('c');
  digest.sha256Hex('a');

  expect(sha256Hex).toHaveBeenCalledTimes(4);
});
