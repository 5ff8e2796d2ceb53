import { describe, expect, it } from 'vitest';
import { addressKey, isLoopbackAddress, isLoopbackHost } from '../../../src/server/loopback.ts';

describe('the loopback', () => {
  it.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('is at %s', (address) => {
    expect(isLoopbackAddress(address)).toBe(true);
  });

  it.each(['10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', '1127.0.0.1'])('is not at %s', (address) => {
    expect(isLoopbackAddress(address)).toBe(false);
  });

  it.each(['localhost', 'LOCALHOST:80', '127.0.0.1:3000', '[::1]:3000'])('is called %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '127.0.0.1@evil', '', undefined])(
    'is not called %s',
    (host) => {
      expect(isLoopbackHost(host)).toBe(false);
    },
  );
});

describe('the key of an address', () => {
  it('is the address itself in IPv4', () => {
    expect(addressKey('203.0.113.9')).toBe('203.0.113.9');
  });

  it.each([
    ['2001:db8:1:2:aaaa::1', '2001:db8:1:2:bbbb:1:2:3'],
    ['2001:db8::1', '2001:db8::2'],
  ])('is one for %s and %s, which share a /64', (a, b) => {
    expect(addressKey(a)).toBe(addressKey(b));
  });

  it('differs between two /64', () => {
    expect(addressKey('2001:db8:1:2::1')).not.toBe(addressKey('2001:db8:1:3::1'));
  });
});
