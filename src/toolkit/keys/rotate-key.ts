import type { Config } from '../../config/config-schema.ts';
import { keysEveryMs } from '../../engine/flows/waiting-room.ts';
import type { CancelSignal, Clock } from '../../engine/ports/clock.ts';
import type { RotateKeyResult } from '../../engine/ports/ledger-keys.ts';
import { type KeyBooks, newKeySecret } from './read-keys.ts';

/** Added to the announcement while waiting: the clock here and the ledger's are a second apart at most (docs/operations.md). */
const clocksApartMs = 1_000;

/**
 * How long a new key is announced before it signs, and how long an old one still checks. A server that cannot read the keys
 * takes orders for `serverLeaseMs` at most; two readings on top leave room for one that failed.
 */
export function rotationTimes(config: Pick<Config, 'serverLeaseMs' | 'ticketSeconds' | 'passSeconds'>) {
  const longestTokenMs = Math.max(config.ticketSeconds, config.passSeconds) * 1000;
  return { announceMs: config.serverLeaseMs + 2 * keysEveryMs, keepMs: longestTokenMs + keysEveryMs };
}

/** Announces the next key; where one is announced already, that one. */
export function rotateKey(
  books: KeyBooks,
  config: Pick<Config, 'serverLeaseMs' | 'ticketSeconds' | 'passSeconds'>,
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
