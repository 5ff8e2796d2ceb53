import type { ProductId, SaleId } from '../domain/ids.ts';
import type { InventoryOutcome } from '../engine.ts';
import { saleOf } from './place-order.ts';
import { type OverviewParts, stockAtGate } from './sale-overview.ts';

/** One product: total, held and sold as the ledger has them, free as the gate has it. */
export async function inventoryOf(
  productId: ProductId,
  saleId: SaleId | null,
  use: OverviewParts,
): Promise<InventoryOutcome> {
  const wish = { saleId, lines: [{ productId }] };
  try {
    let found = saleOf(wish, use.lease);
    if (found.kind === 'unknown_sale' || found.kind === 'unknown_product') {
      await use.lease.refresh();
      found = saleOf(wish, use.lease);
    }
    if (found.kind === 'unknown_product') return { kind: 'unknown_product' };
    if (found.kind !== 'sale') return found;
    const { sale } = found;
    const [totals, stock] = await Promise.all([use.ledger.totals(sale.config.saleId), stockAtGate(sale, use)]);
    const counted = totals.find((each) => each.productId === productId);
    if (!counted) return { kind: 'unknown_product' };
    const atGate = stock?.find((each) => each.productId === productId);
    if (!atGate || !sale.epoch) return { kind: 'rebuilding' };
    const { total, held, sold } = counted;
    return {
      kind: 'inventory',
      saleId: sale.config.saleId,
      productId,
      total,
      free: atGate.free,
      held,
      sold,
      epoch: sale.epoch.epoch,
    };
  } catch (error) {
    use.telemetry.fault('inventory', error);
    return { kind: 'unknown' };
  }
}
