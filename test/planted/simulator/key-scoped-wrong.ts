import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';

export const bug: PlantedBug = {
  name: 'key-scoped-wrong',
  story:
    'Idempotency keys are UUIDs, so the order id was made of the sale and the key alone. An app that counts its keys from 0 ' +
    'sends the same key for every buyer: the first one has an order, and all others hear that it is theirs.',
  plant: (parts) => ({
    ...parts,
    digest: { ...parts.digest, sha256Hex: (text) => parts.digest.sha256Hex(withoutUser(text)) },
  }),
};

/** Of what orderIdOf hashes: 64 digits of a secret, then each field behind its length. */
function withoutUser(text: string): string {
  const [, secret, length, rest] = /^([0-9a-f]{64})(\d+):(.*)$/s.exec(text) ?? [];
  return secret === undefined || rest === undefined ? text : secret + rest.slice(Number(length));
}
