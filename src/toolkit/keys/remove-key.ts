import { FluxError } from '../../engine/domain/flux-error.ts';
import type { KeyBooks } from './read-keys.ts';

/** Removes a key. @throws FluxError `not_found`, `usage` for the one that signs */
export async function removeKey({ ledger }: Pick<KeyBooks, 'ledger'>, keyId: string, actor: string): Promise<void> {
  const { kind } = await ledger.removeSigningKey(keyId, actor);
  if (kind === 'unknown_key')
    throw new FluxError('not_found', `there is no key ${keyId}`, { hint: 'fluxgate keys list' });
  if (kind === 'signs') {
    throw new FluxError('usage', `${keyId} signs now: without it nobody could wait`, {
      hint: 'fluxgate keys rotate --wait',
    });
  }
}
