import { type Config, maxTicketSeconds } from '../../config/config-schema.ts';
import { keysEveryMs } from '../../engine/flows/waiting-room.ts';
import type { CancelSignal, Clock } from '../../engine/ports/clock.ts';
import type { RotateKeyResult } from '../../engine/ports/ledger-keys.ts';
import { type KeyBooks, newKeySecret } from './read-keys.ts';

/** Added where something is waited for: the clock here and the ledger's are a second apart at most (docs/operations.md). */
const clocksApartMs = 1_000;

/**
 * How long a new key is announced before it signs, and how long an old one still checks. A server that cannot read the keys
 * takes orders for `serverLeaseMs` at most; two readings on top leave room for one that failed. A server that has not heard of
 * the change signs with the old key for as long, and its tickets last as its own settings say: the longest that settings allow
 * counts, not what the operator's say.
 */
export function rotationTimes({ serverLeaseMs }: Pick<Config, 'serverLeaseMs'>) {
  const unheardMs = serverLeaseMs + 2 * keysEveryMs;
  return { announceMs: unheardMs, keepMs: maxTicketSeconds * 1000 + unheardMs + clocksApartMs };
}

/** Announces the next key; where one is announced already, that one. */
export function rotateKey(
  books: KeyBooks,
  config: Pick<Config, 'serverLeaseMs'>,
  actor: string,
): Promise<RotateKeyResult> {
  return books.ledger.rotateSigningKey({ ...rotationTimes(config), newSecret: newKeySecret(books.random), actor });
}

/** Resolves when the key signs and every server has read so. */
export async function untilItSigns(
  { ledger, clock }: Pick<KeyBooks, 'ledger'> & { readonly clock: Clock },
  { signsFrom }: RotateKeyResult,
  signal: CancelSignal,
): Promise<void> {
  const { nowMs } = await ledger.ping();
  const leftMs = Math.max(0, signsFrom - nowMs) + keysEveryMs + clocksApartMs;
  await clock.sleep(leftMs, signal);
}
