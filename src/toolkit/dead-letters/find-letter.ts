import { FluxError } from '../../engine/domain/flux-error.ts';
import type { DeadLetter } from '../../engine/domain/ledger-facts.ts';
import type { LedgerOrders } from '../../engine/ports/ledger-orders.ts';

/** @throws FluxError `not_found` where there is no letter of that number */
export async function findLetter(ledger: Pick<LedgerOrders, 'deadLetter'>, id: number): Promise<DeadLetter> {
  // Beyond, PostgreSQL has no such number either.
  const letter = Number.isSafeInteger(id) ? await ledger.deadLetter(id) : null;
  if (letter !== null) return letter;
  throw new FluxError('not_found', `there is no dead letter ${id}`, { hint: 'fluxgate dead-letters list' });
}
