import type { SaleChange } from '../domain/sale-change.ts';
import type { SaveOutcome } from '../engine.ts';
import type { LedgerSales } from '../ports/ledger-sales.ts';
import type { Random } from '../ports/random.ts';
import { configureGate } from './init-stock.ts';
import { type OverviewParts, overviewOf } from './sale-overview.ts';

/** Creates or changes a sale: the ledger first, answered after the gate has it too (the controller repeats what fails here). */
export async function changeSale(
  change: SaleChange,
  options: { readonly actor: string; readonly only: 'new' | 'existing' },
  use: OverviewParts & { readonly ledger: LedgerSales; readonly random: Random },
): Promise<SaveOutcome> {
  try {
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
