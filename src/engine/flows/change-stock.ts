import type { Epoch, ProductId, SaleId } from '../domain/ids.ts';
import type { PendingStockChange, ProductTotals } from '../domain/ledger-facts.ts';
import { saleLimits } from '../domain/sale.ts';
import { totalsNotAtGate } from '../domain/stock.ts';
import type { StockOutcome, StockRequest } from '../engine.ts';
import type { Gate } from '../ports/gate.ts';
import type { LedgerSales } from '../ports/ledger-sales.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { ServerLease } from './server-lease.ts';

interface StockParts {
  readonly gate: Gate;
  readonly ledger: LedgerSales;
}

/** Two operators who change one product at the same moment: the loser reads again. More than this is a loop of ours. */
const conflictRetries = 10;

/**
 * Changes a product's total. Up: the ledger first, then the gate. Down: a pending row, then the gate (which alone knows
 * what is free), then the ledger. What is left undone here the controller finishes.
 */
export async function changeStock(
  request: StockRequest,
  actor: string,
  use: StockParts & { readonly lease: ServerLease; readonly telemetry: Telemetry },
): Promise<StockOutcome> {
  try {
    return await changeTotal(request, actor, use);
  } catch (error) {
    // The ledger did not answer: whether the change stands there is unknown, and asking for the same total again is safe.
    use.telemetry.fault('change-stock', error);
    return { kind: 'unknown' };
  }
}

async function changeTotal(
  request: StockRequest,
  actor: string,
  use: StockParts & { readonly lease: ServerLease },
): Promise<StockOutcome> {
  const { saleId, productId } = request;
  for (let attempt = 0; attempt < conflictRetries; attempt += 1) {
    const present = (await use.ledger.totals(saleId)).find((each) => each.productId === productId);
    if (!present) return { kind: 'unknown_product' };
    const total = 'to' in request.change ? request.change.to : present.total + request.change.by;
    if (total < 0) return { kind: 'refused', why: `a total of ${total} units is below zero` };
    if (total > saleLimits.quantity)
      return { kind: 'refused', why: `a total of ${total} units is above the limit of ${saleLimits.quantity}` };
    const outcome = await setTotal({ saleId, productId, total, expectedVersion: present.totalVersion }, actor, use);
    if (outcome.kind !== 'conflict') return outcome;
  }
  return { kind: 'refused', why: 'others change the stock of this product at the same time; look again and repeat' };
}

/** One attempt at a new total, from the version that the caller has seen. */
export async function setTotal(
  wish: {
    readonly saleId: SaleId;
    readonly productId: ProductId;
    readonly total: number;
    readonly expectedVersion: number;
  },
  actor: string,
  use: StockParts & { readonly lease: ServerLease },
): Promise<StockOutcome | { readonly kind: 'conflict' }> {
  const { saleId, productId, total } = wish;
  const result = await use.ledger.setTotal(saleId, productId, total, wish.expectedVersion, actor);
  switch (result.kind) {
    case 'conflict':
    case 'unknown_product':
      return result;
    case 'refused':
      return {
        kind: 'refused',
        why: `${result.totals.held + result.totals.sold} units are held or sold already, so the total cannot become ${total}`,
      };
    case 'raised':
    case 'unchanged': {
      await tellGate(result.totals, use);
      return { kind: 'changed', saleId, productId, total, free: await freeAtGate(saleId, productId, use) };
    }
    case 'lowering': {
      const verdict = await lowerAtGate(result.change, epochOf(saleId, use.lease), use);
      if (verdict === 'pending') return { kind: 'pending', saleId, productId, total };
      if (verdict === 'refused') return { kind: 'refused', why: `fewer units are free than the total would fall by` };
      return { kind: 'changed', saleId, productId, total, free: await freeAtGate(saleId, productId, use) };
    }
    default:
      return result satisfies never;
  }
}

function epochOf(saleId: SaleId, lease: ServerLease): Epoch | null {
  const epoch = lease.sale(saleId)?.epoch;
  return epoch?.state === 'open' ? epoch.epoch : null;
}

/** A gate that is away or rebuilding is told by the controller, or reads the new total from the snapshot. */
async function tellGate(totals: ProductTotals, use: StockParts & { readonly lease: ServerLease }): Promise<void> {
  const epoch = epochOf(totals.saleId, use.lease);
  if (epoch === null) return;
  const sale = use.lease.sale(totals.saleId);
  try {
    if (sale) await use.gate.configure(totals.saleId, epoch, sale.config);
    await use.gate.setTotal(totals.saleId, epoch, totals);
  } catch {
    // The ledger has it; sendTotals repeats it within a second.
  }
}

async function freeAtGate(
  saleId: SaleId,
  productId: ProductId,
  use: StockParts & { readonly lease: ServerLease },
): Promise<number | null> {
  const epoch = epochOf(saleId, use.lease);
  if (epoch === null) return null;
  try {
    const stock = await use.gate.stock(saleId, epoch);
    return stock.kind === 'stock' ? (stock.products.find((each) => each.productId === productId)?.free ?? null) : null;
  } catch {
    return null;
  }
}

async function lowerAtGate(
  change: PendingStockChange,
  epoch: Epoch | null,
  use: StockParts,
): Promise<'applied' | 'refused' | 'pending'> {
  if (epoch === null) return 'pending';
  let verdict: 'applied' | 'refused';
  try {
    const answer = await use.gate.setTotal(change.saleId, epoch, change);
    if (answer.kind === 'rebuilding') return 'pending';
    verdict = answer.kind === 'insufficient' ? 'refused' : 'applied';
  } catch {
    return 'pending';
  }
  return (await use.ledger.finishStockChange(change, verdict, epoch)) ? verdict : 'pending';
}

/** The controller's part: lowerings that nobody finished. */
export async function finishStockChanges(use: StockParts & { readonly ledger: LedgerSales }): Promise<void> {
  for (const change of await use.ledger.pendingStockChanges()) {
    const epoch = (await use.ledger.sale(change.saleId))?.epoch;
    await lowerAtGate(change, epoch?.state === 'open' ? epoch.epoch : null, use);
  }
}

/** The controller's part: totals that the gate does not have yet, because whoever raised them died before telling it. */
export async function sendTotals(
  sale: { readonly saleId: SaleId; readonly epoch: Epoch },
  use: StockParts & { readonly telemetry: Telemetry },
): Promise<void> {
  const stock = await use.gate.stock(sale.saleId, sale.epoch);
  if (stock.kind === 'rebuilding') return;
  for (const totals of totalsNotAtGate(await use.ledger.totals(sale.saleId), stock.products)) {
    const answer = await use.gate.setTotal(sale.saleId, sale.epoch, totals);
    if (answer.kind === 'insufficient')
      use.telemetry.note('stock', `the gate refused total ${totals.total} of ${totals.productId}: ${answer.free} free`);
  }
}
