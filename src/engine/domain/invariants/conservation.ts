import type { SaleId } from '../ids.ts';
import { type Finding, finding } from './finding.ts';
import type { GateCount, ProductCount } from './product-count.ts';

/** Invariant 2, inside the ledger: the counters say what the order lines add up to. True in every transaction, so it needs no rest. */
export function countersAgainstLines(product: ProductCount): readonly Finding[] {
  const { saleId, productId, held, sold, heldByLines, soldByLines } = product;
  if (held === heldByLines && sold === soldByLines) return [];
  const text =
    `${productId} in ${saleId}: the counters say held ${held}, sold ${sold}; ` +
    `the order lines add up to held ${heldByLines}, sold ${soldByLines}`;
  return [
    finding('counters_differ_from_lines', text, {
      ids: [productId],
      numbers: { held, sold, heldByLines, soldByLines },
      look: `fluxgate orders export --sale ${saleId}`,
    }),
  ];
}

/** Units that counters hold without an order. */
export function strandedInCounters(product: ProductCount): number {
  return Math.max(0, product.held + product.sold - product.heldByLines - product.soldByLines);
}

/** Units that the gate has taken without an order in the ledger. Only once the outbox and the lag are zero. */
export function strandedAtGate(product: ProductCount, gate: GateCount): number {
  return Math.max(0, gate.total - gate.free - product.held - product.sold);
}

/**
 * Invariant 2, between gate and ledger: total = free + held + sold. Only once the outbox and the lag are zero.
 * `suspects` are orders that may have taken stranded units: those of keys that never heard an answer and have no order.
 */
export function gateAgainstLedger(
  product: ProductCount,
  gate: GateCount | undefined,
  suspects: readonly string[] = [],
): readonly Finding[] {
  const { saleId, productId, total, held, sold } = product;
  const look = `GET /inventory/${productId} and GET /stats of the server`;
  if (!gate) {
    const text = `${productId} in ${saleId}: the gate does not know it`;
    return [finding('product_missing_at_gate', text, { ids: [productId], numbers: { total, held, sold }, look })];
  }
  const found: Finding[] = [];
  const numbers = { total, held, sold, gateTotal: gate.total, gateFree: gate.free };
  if (gate.total !== total) {
    const text = `${productId} in ${saleId}: the total is ${total} in the ledger and ${gate.total} at the gate`;
    found.push(finding('totals_differ', text, { ids: [productId], numbers, look }));
  }
  const taken = gate.total - gate.free;
  if (taken > held + sold) {
    const text = `${productId} in ${saleId}: ${taken - held - sold} units are taken at the gate without an order (held ${held} + sold ${sold}, taken ${taken})`;
    found.push(finding('units_stranded', text, { ids: [productId, ...suspects], numbers, look }));
  } else if (taken < held + sold) {
    const text = `${productId} in ${saleId}: the gate has ${held + sold - taken} units too many to give out (held ${held} + sold ${sold}, taken ${taken})`;
    found.push(finding('units_unaccounted', text, { ids: [productId], numbers, look }));
  }
  return found;
}

/** The gate offers a product that the ledger does not have. */
export function missingInLedger(saleId: SaleId, gate: GateCount): Finding {
  const text = `${gate.productId} in ${saleId}: the gate offers ${gate.free} units of a product that the ledger does not have`;
  return finding('product_missing_in_ledger', text, {
    ids: [gate.productId],
    numbers: { gateTotal: gate.total, gateFree: gate.free },
    look: `fluxgate sale show ${saleId}`,
  });
}
