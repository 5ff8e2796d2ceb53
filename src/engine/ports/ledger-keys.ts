import type { Instant } from '../domain/time.ts';

/** A secret that signs tickets and passes of the waiting room. */
export interface SigningKey {
  /** `k1`, `k2` ...: stands in every token, so that whoever checks one knows the key. */
  readonly keyId: string;
  /** 64 hex digits. */
  readonly secret: string;
  /** To come: it is announced, every server checks with it already and nobody signs with it yet. */
  readonly signsFrom: Instant;
}

export type RotateKeyResult =
  | {
      readonly kind: 'announced';
      readonly keyId: string;
      readonly signsFrom: Instant;
      readonly removed: readonly string[];
    }
  /** One is announced already: nothing happened. */
  | { readonly kind: 'pending'; readonly keyId: string; readonly signsFrom: Instant };

export type RemoveKeyResult =
  | { readonly kind: 'removed' }
  /** It signs now: rotate first. */
  | { readonly kind: 'signs' }
  | { readonly kind: 'unknown_key' };

export interface RotateKey {
  readonly newSecret: string;
  /** Longer than any server goes on without having read the keys anew. */
  readonly announceMs: number;
  /** Longer than any token lives: keys whose successor has signed for this long are removed. */
  readonly keepMs: number;
  readonly actor: string;
}

/** The keys of the waiting room. The secret of order ids is none of these and never rotates (design.md section 4). */
export interface LedgerKeys {
  /** Those that sign first (newest of them first), then announced ones; makes the first key from `newSecret`. */
  signingKeys(newSecret: string): Promise<readonly SigningKey[]>;
  /** Announces the next key, which signs `announceMs` later; where there is none yet, at once. Leaves a row in admin_events. */
  rotateSigningKey(rotate: RotateKey): Promise<RotateKeyResult>;
  /** Makes every token of a key worthless, as soon as servers have read the keys anew. Leaves a row in admin_events. */
  removeSigningKey(keyId: string, actor: string): Promise<RemoveKeyResult>;
}
