import { mainGate, type SaleId } from '../domain/ids.ts';
import type { SaleView } from '../domain/ledger-facts.ts';
import { type ProductTerms, saleLimits } from '../domain/sale.ts';
import type { InitOutcome, InitStock } from '../engine.ts';
import type { Clock } from '../ports/clock.ts';
import type { Gate } from '../ports/gate.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Random } from '../ports/random.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { setTotal } from './change-stock.ts';
import type { ServerLease } from './server-lease.ts';
import { tellFleet } from './tell-fleet.ts';

interface InitParts {
  readonly gate: Gate;
  readonly ledger: Ledger;
  readonly lease: ServerLease;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly controllerName: string;
}

/** http.md: without a controller nothing opens, and `/init` says so after this time. */
const gateDeadlineMs = 4_000;
const pollMs = 50;

/**
 * Makes the free stock of a product exactly `quantity`: a change of its total by `quantity` minus what is free at the gate.
 * Never rejects for a dead dependency: where ledger or gate do not answer, the outcome is unknown and repeating is safe.
 */
export async function initStock(request: InitStock, actor: string, use: InitParts): Promise<InitOutcome> {
  try {
    return await makeFree(request, actor, use);
  } catch (error) {
    use.telemetry.fault('init-stock', error);
    return { kind: 'unknown' };
  }
}

async function makeFree(request: InitStock, actor: string, use: InitParts): Promise<InitOutcome> {
  const saved = await saveTerms(request, actor, use);
  if (saved !== null) return { kind: 'refused', why: saved };

  const deadlineMs = use.clock.monotonicMs() + gateDeadlineMs;
  let isNew = false;
  for (;;) {
    const free = await freeAtGate(request, use);
    const present = (await use.ledger.totals(request.saleId)).find((each) => each.productId === request.productId);
    if (!free) isNew = true;
    if (!free || !present || present.totalVersion !== free.totalVersion) {
      // The gate is not open, or has not heard of the newest total: the controller sees to both.
      if (use.clock.monotonicMs() > deadlineMs)
        return { kind: 'rebuilding', controllerSeen: await controllerSeen(use) };
      await use.clock.sleep(pollMs, undefined);
      await use.lease.refresh();
      continue;
    }
    const total = present.total + request.quantity - free.free;
    if (total > saleLimits.quantity)
      return { kind: 'refused', why: `the total would be ${total} units, above the limit of ${saleLimits.quantity}` };
    const outcome = await setTotal({ ...request, total, expectedVersion: present.totalVersion }, actor, use);
    if (outcome.kind === 'changed') {
      // The units are there: that the others do not know it yet is no reason to have them asked for again.
      if (isNew) await tellFleet(use).catch((error: unknown) => use.telemetry.fault('init-stock', error));
      return { kind: 'initialized', saleId: request.saleId, total, free: outcome.free ?? request.quantity };
    }
    if (outcome.kind === 'pending') return { kind: 'rebuilding', controllerSeen: await controllerSeen(use) };
    if (outcome.kind === 'unknown') return outcome;
    // Another operator, a lowering that the controller will finish, or buyers who took units between the two readings.
    if (use.clock.monotonicMs() > deadlineMs)
      return {
        kind: 'refused',
        why: 'buyers or other operators change this product faster than it can be set; pause the sale and repeat',
      };
    await use.clock.sleep(pollMs, undefined);
  }
}

/** Creates the sale, open, or adds what the request says of the product. Null, or why not. */
async function saveTerms(request: InitStock, actor: string, use: InitParts): Promise<string | null> {
  const { saleId, productId, limitPerUser, priceMinor, currency } = request;
  const present = await use.ledger.sale(saleId);
  const terms: Pick<ProductTerms, 'productId'> & Partial<ProductTerms> = {
    productId,
    ...(limitPerUser === undefined ? {} : { limitPerUser }),
    ...(priceMinor === undefined ? {} : { priceMinor }),
    ...(currency === undefined ? {} : { currency }),
  };
  if (!present || !hasTerms(present, terms)) {
    const saved = await use.ledger.saveSale(
      { saleId, products: [terms], ...(present ? {} : { state: 'open' }) },
      { actor, newSecret: use.random.hex(32) },
    );
    if (saved.kind === 'refused') return saved.why;
    await use.lease.refresh();
    await configureGate(saleId, use);
  }
  return null;
}

function hasTerms(sale: SaleView, wanted: Partial<ProductTerms>): boolean {
  const terms = sale.config.products.find((each) => each.productId === wanted.productId);
  if (!terms) return false;
  return (
    (wanted.limitPerUser === undefined || wanted.limitPerUser === terms.limitPerUser) &&
    (wanted.priceMinor === undefined || wanted.priceMinor === terms.priceMinor) &&
    (wanted.currency === undefined || wanted.currency === terms.currency)
  );
}

/** Tells the gate the configuration that this server knows now; where it is away, the controller does. */
export async function configureGate(saleId: SaleId, use: Pick<InitParts, 'gate' | 'lease'>): Promise<void> {
  const sale = use.lease.sale(saleId);
  if (sale?.epoch?.state !== 'open') return;
  try {
    await use.gate.configure(saleId, sale.epoch.epoch, sale.config);
  } catch {
    // The ledger has it; the controller sends it again within a second.
  }
}

async function freeAtGate(
  request: InitStock,
  use: InitParts,
): Promise<{ readonly free: number; readonly totalVersion: number } | null> {
  const standing = use.lease.standing(request.saleId);
  if (standing.kind !== 'usable') return null;
  const stock = await use.gate.stock(request.saleId, standing.epoch);
  if (stock.kind === 'rebuilding') {
    await use.ledger.reportFence(request.saleId, mainGate, standing.epoch, 'fence_mismatch');
    return null;
  }
  return stock.products.find((each) => each.productId === request.productId) ?? null;
}

async function controllerSeen(use: InitParts): Promise<boolean> {
  return (await use.ledger.leaseHolder(use.controllerName)) !== null;
}
