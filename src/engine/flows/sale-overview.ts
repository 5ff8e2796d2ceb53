import type { SaleView } from '../domain/ledger-facts.ts';
import { opennessAt } from '../domain/sale.ts';
import type { SaleOverview } from '../engine.ts';
import type { Clock } from '../ports/clock.ts';
import type { Gate, GateStock } from '../ports/gate.ts';
import type { LedgerSales } from '../ports/ledger-sales.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { ServerLease } from './server-lease.ts';

export interface OverviewParts {
  readonly gate: Gate;
  readonly ledger: Pick<LedgerSales, 'totals'>;
  readonly lease: ServerLease;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** What the gate has of a sale; null while it is rebuilding, away, or this server may not use it. */
export async function stockAtGate(
  sale: SaleView,
  use: Omit<OverviewParts, 'ledger'>,
): Promise<readonly GateStock[] | null> {
  const standing = use.lease.standing(sale.config.saleId);
  if (standing.kind !== 'usable') return null;
  try {
    const stock = await use.gate.stock(sale.config.saleId, standing.epoch);
    return stock.kind === 'stock' ? stock.products : null;
  } catch (error) {
    use.telemetry.fault('sale-overview', error);
    return null;
  }
}

/** Configuration, the ledger's counters and the gate's free units of one sale, side by side. */
export async function overviewOf(sale: SaleView, use: OverviewParts): Promise<SaleOverview> {
  const [totals, stock] = await Promise.all([use.ledger.totals(sale.config.saleId), stockAtGate(sale, use)]);
  return {
    config: sale.config,
    openness: opennessAt(sale.config, use.clock.now()),
    epoch: sale.epoch?.epoch ?? null,
    gate: stock === null ? 'rebuilding' : 'open',
    products: totals.map(({ productId, total, held, sold }) => ({
      productId,
      total,
      held,
      sold,
      free: stock?.find((each) => each.productId === productId)?.free ?? null,
    })),
  };
}
