import {
  countersAgainstLines,
  gateAgainstLedger,
  missingInLedger,
  strandedAtGate,
  strandedInCounters,
} from '../../engine/domain/invariants/conservation.ts';
import type { Findings } from '../../engine/domain/invariants/findings.ts';
import { outboxStuck } from '../../engine/domain/invariants/liveness.ts';
import { oversold, oversoldAtGate } from '../../engine/domain/invariants/no-oversell.ts';
import type { KnownSales } from './known-sales.ts';
import type { Settled } from './quiet.ts';

/** What was looked at and, in units, what stands somewhere without an order. */
export interface CounterTally {
  readonly products: number;
  /** Products compared between gate and ledger. */
  readonly compared: number;
  readonly units: number;
  readonly stranded: number;
}

/** Invariants 1 and 2, and the outbox of invariant 7, over what settle() read. */
export function checkCounters(use: {
  readonly settled: Settled;
  /** As they were before the gate was read. */
  readonly sales: KnownSales;
  /** As they are now: what came in between is in the ledger before it is at the gate, and is nothing to be found. */
  readonly salesNow: KnownSales;
  readonly findings: Findings;
  /** See gateAgainstLedger. */
  readonly suspects: readonly string[];
  readonly graceMs: number;
}): CounterTally {
  const { settled, sales, findings } = use;
  const tally = { products: 0, compared: 0, units: 0, stranded: 0 };
  const comparable = settled.restless === null;
  for (const product of settled.products) {
    if (!sales.looksAt(product.saleId)) continue;
    tally.products += 1;
    tally.units += product.total;
    tally.stranded += strandedInCounters(product);
    findings.add(...oversold(product), ...countersAgainstLines(product));
    const gate = settled.gate?.sales.find(({ saleId }) => saleId === product.saleId)?.gate;
    if (!comparable || !gate || !sales.hasProduct(product.saleId, product.productId)) continue;
    const at = gate.products.find(({ productId }) => productId === product.productId);
    tally.compared += 1;
    if (at) tally.stranded += strandedAtGate(product, at);
    findings.add(...gateAgainstLedger(product, at, use.suspects));
  }
  for (const { saleId, gate } of settled.gate?.sales ?? []) {
    if (!gate || !sales.looksAt(saleId)) continue;
    for (const product of gate.products) {
      findings.add(...oversoldAtGate(saleId, product));
      if (comparable && !use.salesNow.hasProduct(saleId, product.productId))
        findings.add(missingInLedger(saleId, product));
    }
    const stuck = outboxStuck(saleId, gate.outbox, gate.oldestUnsettledMs, use.graceMs);
    if (stuck) findings.add(stuck);
  }
  return tally;
}
