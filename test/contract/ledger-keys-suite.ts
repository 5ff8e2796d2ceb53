import { describe, expect } from 'vitest';
import type { Ledger } from '../../src/engine/ports/ledger.ts';
import { longMs, type MakeLedger, promisesOf, shortMs } from './ledger-world.ts';

const [first, second, third] = ['aa', 'bb', 'cc'].map((pair) => pair.repeat(32)) as [string, string, string];

function rotate(ledger: Ledger, newSecret: string, { announceMs = 0, keepMs = longMs } = {}) {
  return ledger.rotateSigningKey({ newSecret, announceMs, keepMs, actor: 'test' });
}

async function idsOf(ledger: Ledger): Promise<readonly string[]> {
  return (await ledger.signingKeys(third)).map(({ keyId }) => keyId);
}

/** Keys of the waiting room (ports/ledger-keys.ts). */
export function ledgerKeysSuite(make: MakeLedger): void {
  const promise = promisesOf(make);

  describe('signing keys', () => {
    promise('the first one is made once', async (ledger) => {
      const keys = await Promise.all([ledger.signingKeys(first), ledger.signingKeys(second)]);

      expect(keys[0]).toHaveLength(1);
      expect(keys[1]).toEqual(keys[0]);
      expect(await ledger.signingKeys(third)).toEqual(keys[0]);
    });

    promise('the first one signs at once, also where a rotation makes it', async (ledger) => {
      const rotated = await rotate(ledger, first, { announceMs: longMs });

      expect(rotated).toMatchObject({ kind: 'announced', keyId: 'k1', removed: [] });
      expect(await ledger.signingKeys(second)).toMatchObject([{ keyId: 'k1', secret: first }]);
      expect((await rotate(ledger, second)).kind).toBe('announced'); // so k1 was not pending
    });

    promise('a new one is known before it signs, and the old one goes on checking', async (ledger, { pass }) => {
      await ledger.signingKeys(first);

      const rotated = await rotate(ledger, second, { announceMs: shortMs });
      const announced = await idsOf(ledger);
      await pass(shortMs);

      expect(rotated).toMatchObject({ kind: 'announced', keyId: 'k2' });
      expect(announced).toEqual(['k1', 'k2']);
      expect(await ledger.signingKeys(third)).toMatchObject([
        { keyId: 'k2', secret: second },
        { keyId: 'k1', secret: first },
      ]);
    });

    promise('a second rotation waits for the first: it says which key is announced', async (ledger) => {
      await ledger.signingKeys(first);
      const announced = await rotate(ledger, second, { announceMs: longMs });

      const again = await rotate(ledger, third, { announceMs: longMs });

      expect(announced).toMatchObject({ kind: 'announced', keyId: 'k2' });
      expect(again).toMatchObject({ kind: 'pending', keyId: 'k2' });
      expect(await idsOf(ledger)).toEqual(['k1', 'k2']);
    });

    promise('two rotations at once make one key', async (ledger) => {
      await ledger.signingKeys(first);

      const both = await Promise.all([second, third].map((secret) => rotate(ledger, secret, { announceMs: longMs })));

      expect(both.map(({ kind }) => kind).sort()).toEqual(['announced', 'pending']);
      expect(await idsOf(ledger)).toEqual(['k1', 'k2']);
    });

    promise('one that no living token can be of goes with a later rotation, not before', async (ledger, { pass }) => {
      await ledger.signingKeys(first);
      await pass(5);
      await rotate(ledger, second);
      await pass(5);

      const kept = await rotate(ledger, third);
      await pass(shortMs);
      const removing = await rotate(ledger, first, { keepMs: shortMs });

      expect(kept).toMatchObject({ keyId: 'k3', removed: [] });
      expect(removing).toMatchObject({ keyId: 'k4' });
      expect(removing.kind === 'announced' && [...removing.removed].sort()).toEqual(['k1', 'k2']);
      expect(await idsOf(ledger)).toEqual(['k4', 'k3']);
    });

    promise('an old or an announced one can be removed, the one that signs cannot', async (ledger, { pass }) => {
      await ledger.signingKeys(first);
      await pass(5);
      await rotate(ledger, second);
      await pass(5);
      await rotate(ledger, third, { announceMs: longMs });

      expect(await ledger.removeSigningKey('k2', 'test')).toEqual({ kind: 'signs' });
      expect(await ledger.removeSigningKey('k1', 'test')).toEqual({ kind: 'removed' });
      expect(await ledger.removeSigningKey('k3', 'test')).toEqual({ kind: 'removed' });
      expect(await ledger.removeSigningKey('k1', 'test')).toEqual({ kind: 'unknown_key' });
      expect(await idsOf(ledger)).toEqual(['k2']);
    });
  });
}
