import type { SaleId } from '../ids.ts';
import { type Finding, finding } from './finding.ts';
import type { GateCount, ProductCount } from './product-count.ts';

/** Invariant 1, in the ledger: held + sold <= total, by the counters and by counting order lines; no counter below zero. */
export function oversold(product: ProductCount): readonly Finding[] {
  const { saleId, productId, total, held, sold, heldByLines, soldByLines } = product;
  const found: Finding[] = [];
  const at = { ids: [productId], look: `fluxgate sale show ${saleId}` };
  if (held + sold > total) {
    const text = `${productId} in ${saleId}: held ${held} + sold ${sold} is ${held + sold - total} over the total of ${total}`;
    found.push(finding('oversold_by_counters', text, { ...at, numbers: { total, held, sold } }));
  }
  if (heldByLines + soldByLines > total) {
    const excess = heldByLines + soldByLines - total;
    const text = `${productId} in ${saleId}: its orders hold ${heldByLines + soldByLines} units, ${excess} over the total of ${total}`;
    found.push(finding('oversold_by_lines', text, { ...at, numbers: { total, heldByLines, soldByLines } }));
  }
  if (held < 0 || sold < 0 || total < 0) {
    const text = `${productId} in ${saleId}: a counter is below zero (total ${total}, held ${held}, sold ${sold})`;
    found.push(finding('negative_counter', text, { ...at, numbers: { total, held, sold } }));
  }
  return found;
}

/** Invariant 1, at the gate: it has never given out more than it had. */
export function oversoldAtGate(saleId: SaleId, gate: GateCount): readonly Finding[] {
  if (gate.free >= 0) return [];
  const text = `${gate.productId} in ${saleId}: the gate gave out ${-gate.free} units more than it had`;
  return [
    finding('gate_below_zero', text, {
      ids: [gate.productId],
      numbers: { free: gate.free, total: gate.total },
      look: 'GET /stats of the server, sales[].gate.products',
    }),
  ];
}
