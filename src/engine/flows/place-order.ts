import type { ProductId, SaleId } from '../domain/ids.ts';
import type { SaleView } from '../domain/ledger-facts.ts';
import { canonicalLines, type OrderLine, type PricedLine } from '../domain/order.ts';
import { orderIdOf, requestHashOf } from '../domain/order-id.ts';
import type { NewOrder, PlaceOutcome } from '../engine.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import type { Gate } from '../ports/gate.ts';
import type { RecordCodec } from '../ports/record-codec.ts';
import type { AppendLane } from './append-lane.ts';
import type { HoldTurns, TurnOutcome } from './hold-turns.ts';
import { PendingOrder } from './pending-order.ts';
import type { ServerLease } from './server-lease.ts';
import type { PassReader, PassReading } from './waiting-room.ts';

interface PlaceOrderParts {
  readonly lease: ServerLease;
  readonly gate: Gate;
  readonly turns: HoldTurns;
  readonly lane: AppendLane;
  readonly passes: PassReader;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly digest: Digest;
  /** From before the hold to the settled answer; beyond it the outcome is unknown. */
  readonly appendDeadlineMs: number;
  /** Orders that may wait for an answer in this process: each holds a socket and a record, about 2 KB. */
  readonly maxWaiting: number;
}

export interface OrderPlacer {
  place(order: NewOrder): Promise<PlaceOutcome>;
  waiting(): number;
}

/** Places orders: hold, append, settle. Never throws for a dead dependency: those are outcomes. */
export function createOrderPlacer(use: PlaceOrderParts): OrderPlacer {
  let waiting = 0;

  function submit(order: NewOrder, saleId: SaleId, attempt: 'first' | 'renewed'): PlaceOutcome | Promise<PlaceOutcome> {
    // Before the look at the lease: a process that stands still right after it must be past its deadline when it goes on.
    const deadlineMs = use.clock.monotonicMs() + use.appendDeadlineMs;
    const standing = use.lease.standing(saleId);
    if (standing.kind === 'lease_out') return { kind: 'unknown' };
    if (standing.kind === 'rebuilding') return { kind: 'rebuilding' };
    const { sale, epoch } = standing;
    const priced = priceLines(canonicalLines(order.lines), sale);
    if (priced.kind !== 'priced') return priced;
    const pass = use.passes.read(order.pass, saleId, order.userId);

    return new Promise((resolve) => {
      const pending = new PendingOrder({
        codec: use.codec,
        sale,
        epoch,
        orderId: orderIdOf(sale.orderIdSecret, order.userId, order.key, use.digest),
        userId: order.userId,
        key: order.key,
        requestHash: requestHashOf(priced.lines, use.digest),
        lines: priced.lines,
        currency: priced.currency,
        passId: pass.kind === 'pass' ? pass.passId : null,
        // It does not admit. Asked all the same: a key that the gate knows needs no pass, whatever has become of it.
        badPass: pass.kind === 'pass' ? null : passAnswer(pass),
        acceptedAt: use.clock.now(),
        deadlineMs,
        answer: resolve,
      });
      use.turns.submit(pending, (outcome) => {
        if (outcome.kind === 'stale_config' && attempt === 'first') pending.answer(renewAndSubmit(order, saleId));
        else afterHold(pending, outcome);
      });
    });
  }

  function afterHold(pending: PendingOrder, outcome: TurnOutcome): void {
    switch (outcome.kind) {
      case 'held':
        toTheLog(pending, pending.record, 'accepted');
        break;
      case 'duplicate':
        if (outcome.settled) pending.answer(settledDuplicate(pending));
        else toTheLog(pending, outcome.record, 'duplicate');
        break;
      case 'not_admitted':
        pending.answer(notAdmitted(pending));
        break;
      case 'stale_config':
        // The gate and this server disagree twice in a row: nothing was held, the next try meets a settled configuration.
        pending.answer({ kind: 'rebuilding' });
        break;
      case 'key_reused':
      case 'sold_out':
      case 'over_limit':
      case 'not_open':
      case 'unknown_product':
      case 'rebuilding':
      case 'unknown':
        pending.answer(outcome);
        break;
      default:
        outcome satisfies never;
    }
  }

  function toTheLog(pending: PendingOrder, bytes: Uint8Array, kind: 'accepted' | 'duplicate'): void {
    const { saleId, orderId, epoch, deadlineMs } = pending;
    use.lane.submit({ saleId, orderId, epoch, bytes, deadlineMs }, (verdict) =>
      pending.answer(verdict === 'settled' ? { kind, orderId } : { kind: 'unknown' }),
    );
  }

  /**
   * A gate that a failover left behind may call settled what a relay appended behind the marker of a newer epoch, and that is
   * no order. Its answer counts within the deadline only, as every promise does (spec/planted/duplicate-after-deadline.cfg).
   */
  function settledDuplicate({ orderId, deadlineMs }: PendingOrder): PlaceOutcome {
    return use.clock.monotonicMs() > deadlineMs ? { kind: 'unknown' } : { kind: 'duplicate', orderId };
  }

  /** The gate has another configuration than this server: whichever is behind is brought up to date, then once more. */
  async function renewAndSubmit(order: NewOrder, saleId: SaleId): Promise<PlaceOutcome> {
    try {
      await use.lease.refresh();
      const { config, epoch } = use.lease.sale(saleId) ?? {};
      if (!config || !epoch) return { kind: 'rebuilding' };
      await use.gate.configure(saleId, epoch.epoch, config);
      return submit(order, saleId, 'renewed');
    } catch {
      return { kind: 'unknown' };
    }
  }

  /** A product that this server does not know may be new: one shared read before it is answered as unknown. */
  async function placeAfterRefresh(order: NewOrder): Promise<PlaceOutcome> {
    try {
      await use.lease.refresh();
    } catch {
      return { kind: 'unknown' };
    }
    const found = saleOf(order, use.lease);
    return found.kind === 'sale' ? submit(order, found.sale.config.saleId, 'first') : found;
  }

  function answer(order: NewOrder): PlaceOutcome | Promise<PlaceOutcome> {
    const found = saleOf(order, use.lease);
    if (found.kind === 'unknown_sale' || found.kind === 'unknown_product') return placeAfterRefresh(order);
    return found.kind === 'sale' ? submit(order, found.sale.config.saleId, 'first') : found;
  }

  return {
    async place(order) {
      if (waiting >= use.maxWaiting) return { kind: 'overloaded' };
      // Everybody counts who waits for anything, a read of the ledger included.
      waiting += 1;
      try {
        return await answer(order);
      } finally {
        waiting -= 1;
      }
    },
    waiting: () => waiting,
  };
}

export type FoundSale =
  | { readonly kind: 'sale'; readonly sale: SaleView }
  | Extract<PlaceOutcome, { kind: 'unknown_sale' | 'unknown_product' | 'sale_ambiguous' }>;

/** The sale that an order means: the named one, or the only one that is not over and has all its products. */
export function saleOf(
  order: { readonly saleId: SaleId | null; readonly lines: readonly Pick<OrderLine, 'productId'>[] },
  lease: ServerLease,
): FoundSale {
  const first = order.lines[0];
  if (order.saleId !== null) {
    const sale = lease.sale(order.saleId);
    if (!sale) return { kind: 'unknown_sale' };
    const missing = order.lines.find((line) => !hasProduct(sale, line.productId));
    return missing ? { kind: 'unknown_product', productId: missing.productId } : { kind: 'sale', sale };
  }
  if (!first) return { kind: 'unknown_sale' };
  const candidates = lease.salesWith(first.productId);
  const complete =
    order.lines.length === 1
      ? candidates
      : candidates.filter((sale) => order.lines.every((line) => hasProduct(sale, line.productId)));
  if (complete.length === 0) {
    const missing =
      order.lines.find((line) => lease.salesWith(line.productId).length === 0) ?? order.lines.at(-1) ?? first;
    return { kind: 'unknown_product', productId: missing.productId };
  }
  const running = complete.length === 1 ? complete : complete.filter((sale) => sale.config.state !== 'closed');
  const [sale] = running;
  if (sale && running.length === 1) return { kind: 'sale', sale };
  return { kind: 'sale_ambiguous', saleIds: complete.map((each) => each.config.saleId) };
}

function hasProduct(sale: SaleView, productId: ProductId): boolean {
  return sale.config.products.some((terms) => terms.productId === productId);
}

function passAnswer(pass: Exclude<PassReading, { kind: 'pass' }>): PlaceOutcome {
  return pass.kind === 'refused' ? { kind: 'pass_refused', why: pass.why } : pass;
}

function notAdmitted({ badPass, passId, saleId }: PendingOrder): PlaceOutcome {
  if (badPass !== null) return badPass;
  // A pass that passed its checks and does not admit has admitted another order.
  return passId === null ? { kind: 'not_admitted', saleId } : { kind: 'pass_refused', why: 'spent' };
}

type Priced =
  | { readonly kind: 'priced'; readonly lines: readonly PricedLine[]; readonly currency: string }
  | Extract<PlaceOutcome, { kind: 'unknown_product' | 'mixed_currency' }>;

/** Fixes the prices: an order pays what its sale's configuration said when it was held. */
function priceLines(lines: readonly OrderLine[], sale: SaleView): Priced {
  const priced: PricedLine[] = [];
  let currency: string | null = null;
  for (const { productId, quantity } of lines) {
    const terms = sale.config.products.find((each) => each.productId === productId);
    if (!terms) return { kind: 'unknown_product', productId };
    if (currency !== null && terms.currency !== currency) return { kind: 'mixed_currency' };
    currency = terms.currency;
    priced.push({ productId, quantity, unitPriceMinor: terms.priceMinor });
  }
  return { kind: 'priced', lines: priced, currency: currency ?? '' };
}
