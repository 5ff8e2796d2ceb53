import { type Instant, isoOf, toInstant } from '../../engine/domain/time.ts';
import type { Ledger } from '../../engine/ports/ledger.ts';
import type { SigningKey } from '../../engine/ports/ledger-keys.ts';
import type { Random } from '../../engine/ports/random.ts';
import { alignedTable } from '../command/aligned-table.ts';

/** What keys are read from. */
export interface KeyBooks {
  readonly ledger: Pick<Ledger, 'ping' | 'signingKeys' | 'rotateSigningKey' | 'removeSigningKey'>;
  readonly random: Random;
}

/** One key as it may be shown: never its secret. */
export interface KeyDocument {
  readonly keyId: string;
  /** `checks`: an older one; the tickets and passes that it signed stay valid. */
  readonly state: 'signs' | 'checks' | 'announced';
  readonly signsFrom: string;
}

/** 256 bits, as HMAC-SHA-256 takes them (RFC 2104, section 3). */
const secretBytes = 32;

export function newKeySecret(random: Random): string {
  return random.hex(secretBytes);
}

/** All keys: the one that signs, older ones, announced ones. */
export async function readKeys({ ledger, random }: KeyBooks): Promise<readonly KeyDocument[]> {
  const keys = await ledger.signingKeys(newKeySecret(random));
  // the ledger's clock says which of them signs
  return keyDocuments(keys, toInstant((await ledger.ping()).nowMs));
}

export function keyDocuments(keys: readonly SigningKey[], now: Instant): readonly KeyDocument[] {
  const signing = keys.find(({ signsFrom }) => signsFrom <= now)?.keyId;
  return keys.map(({ keyId, signsFrom }) => ({
    keyId,
    state: keyId === signing ? 'signs' : signsFrom > now ? 'announced' : 'checks',
    signsFrom: isoOf(signsFrom),
  }));
}

export function keysText(keys: readonly KeyDocument[]): string {
  return alignedTable(
    ['key', 'state', 'signs from'],
    keys.map(({ keyId, state, signsFrom }) => [keyId, state, signsFrom]),
  );
}
