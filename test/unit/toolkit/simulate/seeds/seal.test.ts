import { expect, test } from 'vitest';
import { seal } from '../../../../../src/toolkit/simulate/seeds/seal.ts';

const ways: Readonly<Record<string, () => unknown>> = {
  'Date.now': () => Date.now(),
  'new Date()': () => new Date(),
  'performance.now': () => performance.now(),
  'process.hrtime': () => process.hrtime(),
  'Math.random': () => Math.random(),
  'crypto.randomUUID': () => crypto.randomUUID(),
  'crypto.getRandomValues': () => crypto.getRandomValues(new Uint8Array(1)),
  setTimeout: () => setTimeout(() => {}, 0),
  setInterval: () => setInterval(() => {}, 1_000),
  setImmediate: () => setImmediate(() => {}),
  queueMicrotask: () => queueMicrotask(() => {}),
};

test.each(Object.keys(ways))('while a world runs, %s is a trap', (name) => {
  const unseal = seal();
  try {
    expect(ways[name]).toThrow(/in a simulated world/);
  } finally {
    unseal();
  }
});

test('a given moment can be written down, and everything is as before once the world is over', () => {
  const before = [Date, Math.random, setTimeout, performance.now, crypto.randomUUID];
  const unseal = seal();
  const written = new Date(0).toISOString();
  unseal();

  expect(written).toBe('1970-01-01T00:00:00.000Z');
  expect([Date, Math.random, setTimeout, performance.now, crypto.randomUUID]).toEqual(before);
  expect(Date.now()).toBeGreaterThan(0);
});
