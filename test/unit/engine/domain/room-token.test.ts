import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../src/adapters/node/node-digest.ts';
import {
  passIdOf,
  type RoomToken,
  type SigningKeys,
  signPass,
  signToken,
  verifyToken,
} from '../../../../src/engine/domain/room-token.ts';
import { epoch, instant, saleId, userId } from '../../../builders/ids.ts';

const now = instant(1_767_225_600_000);
const newKey = { keyId: 'k2', secret: 'b'.repeat(64) };
const oldKey = { keyId: 'k1', secret: 'a'.repeat(64) };
const keys: SigningKeys = [newKey, oldKey];
const token: RoomToken = {
  saleId: saleId(),
  userId: userId('zoë — 東京'),
  place: { epoch: epoch(3), counter: 41 },
  expiresAt: instant(now + 60_000),
  nonce: '0f1e2d',
};
const ticket = signToken('ticket', token, keys, nodeDigest);

const verify = (text: string, kind: 'ticket' | 'pass' = 'ticket', at = now, with_ = keys, owner = {}) =>
  verifyToken(kind, text, with_, at, nodeDigest, owner);

describe('tickets and passes', () => {
  it('bring back what was signed', () => {
    expect(verify(ticket)).toEqual({ kind: 'valid', token });
  });

  it('need no escape in a URL or a header', () => {
    expect(ticket).toMatch(/^[A-Za-z0-9._-]+$/);
    expect(encodeURIComponent(ticket)).toBe(ticket);
  });

  it('carry the longest user id there may be', () => {
    const longest = { ...token, userId: userId('"'.repeat(128)) };
    const widest = { ...token, userId: userId('東'.repeat(128)) };

    for (const each of [longest, widest]) {
      expect(verify(signToken('ticket', each, keys, nodeDigest))).toEqual({ kind: 'valid', token: each });
    }
  });

  it('are signed by the newest key and verified by each that is still known', () => {
    const byOld = signToken('ticket', token, [oldKey], nodeDigest);

    expect(verify(byOld).kind).toBe('valid');
    expect(verify(ticket, 'ticket', now, [oldKey])).toEqual({ kind: 'refused', why: 'forged' });
    expect(ticket.split('.')[1]).toBe('k2');
  });

  it('are forged where any one character was changed', () => {
    for (let at = 0; at < ticket.length; at += 1) {
      const changed = `${ticket.slice(0, at)}${ticket[at] === 'A' ? 'B' : 'A'}${ticket.slice(at + 1)}`;
      expect(verify(changed).kind).toBe('refused');
    }
  });

  it('are forged where a key of the right name has another secret', () => {
    const forged = signToken('ticket', token, [{ ...newKey, secret: 'c'.repeat(64) }], nodeDigest);

    expect(verify(forged)).toEqual({ kind: 'refused', why: 'forged' });
  });

  it('are expired from their moment on', () => {
    expect(verify(ticket, 'ticket', instant(token.expiresAt - 1)).kind).toBe('valid');
    expect(verify(ticket, 'ticket', token.expiresAt)).toEqual({ kind: 'refused', why: 'expired' });
  });

  it('are foreign to another sale or another user', () => {
    const foreign = { kind: 'refused', why: 'foreign' };

    expect(verify(ticket, 'ticket', now, keys, { saleId: token.saleId, userId: token.userId }).kind).toBe('valid');
    expect(verify(ticket, 'ticket', now, keys, { saleId: saleId('other') })).toEqual(foreign);
    expect(verify(ticket, 'ticket', now, keys, { userId: userId('mallory') })).toEqual(foreign);
  });

  it.each(['', '.', '...', 't1.k2', 'x'.repeat(5_000), 't1.k2.a.b.c', 'p9.k2.a.b'])('are malformed: %s', (text) => {
    expect(verify(text)).toEqual({ kind: 'refused', why: 'malformed' });
  });

  it('are malformed where we signed something else', () => {
    for (const payload of ['no json', '{}', '[]', '["sale","ann",1,-1,1,"n"]', '["sale","ann",1,1.5,1,"n"]']) {
      const signed = `t1.k2.${nodeDigest.toBase64Url(payload)}`;
      const text = `${signed}.${nodeDigest.hmac(newKey.secret, signed)}`;
      expect(verify(text)).toEqual({ kind: 'refused', why: 'malformed' });
    }
  });

  it('are not taken for each other', () => {
    const pass = signPass(token, keys, nodeDigest);

    expect(verify(pass, 'pass').kind).toBe('valid');
    expect(verify(pass, 'ticket').kind).toBe('refused');
    expect(verify(ticket, 'pass').kind).toBe('refused');
    expect(verify(ticket.replace('t1.', 'p1.'), 'pass')).toEqual({ kind: 'refused', why: 'forged' });
  });

  it('give one place one pass id, however often the pass is signed', () => {
    const passes = [0, 5_000].map((later) =>
      verify(signPass({ ...token, expiresAt: instant(token.expiresAt + later) }, keys, nodeDigest), 'pass'),
    );

    for (const pass of passes) expect(pass).toMatchObject({ kind: 'valid', token: { nonce: passIdOf(token.place) } });
    expect(passIdOf({ epoch: epoch(1), counter: 11 })).not.toBe(passIdOf({ epoch: epoch(11), counter: 1 }));
  });

  it('cannot be signed without a key', () => {
    expect(() => signToken('ticket', token, [], nodeDigest)).toThrow(RangeError);
  });
});
