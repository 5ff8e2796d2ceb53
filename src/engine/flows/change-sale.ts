import { type LogRetention, whyLogForgets } from '../domain/log-retention.ts';
import { decideSaleChange, type SaleChange } from '../domain/sale-change.ts';
import type { SaveOutcome } from '../engine.ts';
import type { LedgerSales } from '../ports/ledger-sales.ts';
import type { Random } from '../ports/random.ts';
import { configureGate } from './init-stock.ts';
import { type OverviewParts, overviewOf } from './sale-overview.ts';

export interface ChangeSaleParts extends OverviewParts {
  readonly ledger: LedgerSales;
  readonly random: Random;
  /** Null where the order log keeps everything. */
  readonly logRetention: LogRetention | null;
}

/** Creates or changes a sale: the ledger first, answered after the gate has it too (the controller repeats what fails here). */
export async function changeSale(
  change: SaleChange,
  options: { readonly actor: string; readonly only: 'new' | 'existing' },
  use: ChangeSaleParts,
): Promise<SaveOutcome> {
  try {
    const why = await whyTooLong(change, use);
    if (why !== null) return { kind: 'refused', why };
    const saved = await use.ledger.saveSale(change, { ...options, newSecret: use.random.hex(32) });
    if (saved.kind !== 'saved') return saved;
    await use.lease.refresh();
    await configureGate(change.saleId, use);
    const sale = use.lease.sale(change.saleId) ?? (await use.ledger.sale(change.saleId));
    return sale ? { kind: 'saved', sale: await overviewOf(sale, use) } : { kind: 'unknown' };
  } catch (error) {
    use.telemetry.fault('change-sale', error);
    return { kind: 'unknown' };
  }
}

/**
 * Why the order log would not keep the sale's orders as long as its new window wants. Only a change of the window is asked:
 * a sale that became too long by other ways can still be paused and closed. Two changes at once of the two ends may slip
 * through; the next start then refuses.
 */
async function whyTooLong(change: SaleChange, use: ChangeSaleParts): Promise<string | null> {
  const { opensAt, closesAt, confirmation, holdSeconds } = change;
  const isOfWindow = [opensAt, closesAt, confirmation, holdSeconds].some((field) => field !== undefined);
  if (use.logRetention === null || !isOfWindow) return null;
  const before = await use.ledger.sale(change.saleId);
  // What else is wrong with the change the ledger says.
  const verdict = decideSaleChange(before?.config ?? null, change, false);
  return verdict.kind === 'save' ? whyLogForgets(verdict.config, use.logRetention, use.clock.now()) : null;
}
