import { FluxError } from '../domain/flux-error.ts';
import { type LogRetention, longestForgotten } from '../domain/log-retention.ts';
import type { Clock } from '../ports/clock.ts';
import type { LedgerSales } from '../ports/ledger-sales.ts';

/**
 * Compares how long the order log keeps orders with every sale that is not over: what it forgets before it is recorded or
 * verified is lost silently. @throws FluxError `config_invalid` that names the setting and the value that would do
 */
export async function requireLogKeepsSales(
  kept: LogRetention,
  use: { readonly ledger: Pick<LedgerSales, 'sales'>; readonly clock: Clock },
): Promise<void> {
  const longest = longestForgotten(await use.ledger.sales(), kept, use.clock.now());
  if (longest === null) return;
  throw new FluxError(
    'config_invalid',
    `the order log keeps orders for ${kept.hours} h, and the sale ${longest.saleId} takes ${longest.hours} h from its opening to a day after its last hold: its first orders would go before they are recorded for sure and verified`,
    { hint: `set ${kept.setting} to at least ${longest.hours} for every server and worker` },
  );
}
