import { type RoomState, resumeRoom } from '../../engine/domain/admission.ts';
import type { GateView, KnownOrder } from '../../engine/domain/decide-holds.ts';
import type { HoldRequest } from '../../engine/domain/hold.ts';
import type { Epoch, OrderId, PassId, ProductId, RequestHash, UserId } from '../../engine/domain/ids.ts';
import type { PendingRelease } from '../../engine/domain/ledger-facts.ts';
import type { RecordBytes } from '../../engine/domain/order.ts';
import type { ProductTerms, SaleConfig } from '../../engine/domain/sale.ts';
import { noStock, type Stock } from '../../engine/domain/stock.ts';
import type { GateStock, SnapshotChunk } from '../../engine/ports/gate.ts';

interface OutboxEntry {
  readonly record: RecordBytes;
  readonly sinceMs: number;
}

/**
 * The state of one sale in one epoch: what a rebuild writes and holds change.
 *
 * An order that is not in the outbox costs its id and one map entry: what is known of it is shared by all orders with the
 * same lines, of which a sale has few.
 */
export class GateSale implements GateView {
  readonly #epoch: Epoch;
  #config: SaleConfig;
  #terms: ReadonlyMap<ProductId, ProductTerms>;
  readonly #stock = new Map<ProductId, Stock>();
  readonly #orders = new Map<OrderId, KnownOrder>();
  readonly #units = new Map<ProductId, Map<UserId, number>>();
  readonly #passes = new Map<PassId, OrderId>();
  /** In the order of the holds, so the oldest stand first. */
  readonly #outbox = new Map<OrderId, OutboxEntry>();
  readonly #settled = new Map<RequestHash, KnownOrder>();
  readonly #ended = new Map<RequestHash, KnownOrder>();
  room: RoomState;

  constructor(epoch: Epoch, head: Extract<SnapshotChunk, { kind: 'head' }>) {
    this.#epoch = epoch;
    this.#config = head.config;
    this.#terms = termsOf(head.config);
    for (const { productId, ...stock } of head.stock) this.#stock.set(productId, stock);
    this.#addNewProducts();
    this.room = resumeRoom(epoch, head.room);
  }

  get config(): SaleConfig {
    return this.#config;
  }

  get outboxSize(): number {
    return this.#outbox.size;
  }

  terms(productId: ProductId): ProductTerms | undefined {
    return this.#terms.get(productId);
  }

  free(productId: ProductId): number {
    return this.#stock.get(productId)?.free ?? 0;
  }

  known(orderId: OrderId): KnownOrder | undefined {
    return this.#orders.get(orderId);
  }

  units(userId: UserId, productId: ProductId): number {
    return this.#units.get(productId)?.get(userId) ?? 0;
  }

  passOwner(passId: PassId): OrderId | undefined {
    return this.#passes.get(passId);
  }

  stockOf(productId: ProductId): Stock {
    return this.#stock.get(productId) ?? noStock;
  }

  setStock(productId: ProductId, stock: Stock): void {
    this.#stock.set(productId, stock);
  }

  stock(): readonly GateStock[] {
    return [...this.#stock].map(([productId, stock]) => ({ productId, ...stock }));
  }

  configure(config: SaleConfig): void {
    if (config.version <= this.#config.version) return;
    this.#config = config;
    this.#terms = termsOf(config);
    this.#addNewProducts();
  }

  /** Takes down a request that decideHolds gave its units. */
  hold({ orderId, userId, requestHash, lines, passId, record }: HoldRequest, nowMs: number): void {
    for (const { productId, quantity } of lines) this.#move(userId, productId, quantity);
    this.#orders.set(orderId, { state: 'unsettled', requestHash, record });
    this.#outbox.set(orderId, { record, sinceMs: nowMs });
    if (passId !== null && !this.#passes.has(passId)) this.#passes.set(passId, orderId);
  }

  settle(orderId: OrderId): void {
    const known = this.#orders.get(orderId);
    if (known?.state !== 'unsettled') return;
    this.#outbox.delete(orderId);
    this.#orders.set(orderId, this.#shared('settled', known.requestHash));
  }

  release({ orderId, userId, lines }: PendingRelease): void {
    const known = this.#orders.get(orderId);
    if (known === undefined || known.state === 'ended') return;
    this.#outbox.delete(orderId);
    this.#orders.set(orderId, this.#shared('ended', known.requestHash));
    for (const { productId, quantity } of lines) this.#move(userId, productId, -quantity);
  }

  *unsettled(): Generator<{ readonly orderId: OrderId; readonly epoch: Epoch } & OutboxEntry> {
    for (const [orderId, entry] of this.#outbox) yield { orderId, epoch: this.#epoch, ...entry };
  }

  load(chunk: Exclude<SnapshotChunk, { kind: 'head' }>): void {
    switch (chunk.kind) {
      case 'orders':
        for (const { orderId, requestHash, ended } of chunk.orders) {
          this.#orders.set(orderId, this.#shared(ended ? 'ended' : 'settled', requestHash));
        }
        return;
      case 'buyers':
        for (const { userId, productId, units } of chunk.buyers) this.#setUnits(userId, productId, units);
        return;
      case 'passes':
        for (const { passId, orderId } of chunk.passes) this.#passes.set(passId, orderId);
        return;
      default:
        chunk satisfies never;
    }
  }

  /** A copy that later changes do not touch. */
  copy(): GateSale {
    const copy = new GateSale(this.#epoch, { kind: 'head', config: this.#config, stock: this.stock(), room: null });
    for (const [orderId, known] of this.#orders) copy.#orders.set(orderId, known);
    for (const [productId, units] of this.#units) copy.#units.set(productId, new Map(units));
    for (const [passId, orderId] of this.#passes) copy.#passes.set(passId, orderId);
    for (const [orderId, entry] of this.#outbox) copy.#outbox.set(orderId, entry);
    copy.room = this.room;
    return copy;
  }

  /** Moves units from free to the buyer; a negative quantity moves them back. */
  #move(userId: UserId, productId: ProductId, quantity: number): void {
    const stock = this.stockOf(productId);
    this.#stock.set(productId, { ...stock, free: stock.free - quantity });
    this.#setUnits(userId, productId, this.units(userId, productId) + quantity);
  }

  #setUnits(userId: UserId, productId: ProductId, units: number): void {
    let ofProduct = this.#units.get(productId);
    if (ofProduct === undefined) {
      ofProduct = new Map();
      this.#units.set(productId, ofProduct);
    }
    if (units > 0) ofProduct.set(userId, units);
    else ofProduct.delete(userId);
  }

  #shared(state: 'settled' | 'ended', requestHash: RequestHash): KnownOrder {
    const all = state === 'settled' ? this.#settled : this.#ended;
    let known = all.get(requestHash);
    if (known === undefined) {
      known = { state, requestHash };
      all.set(requestHash, known);
    }
    return known;
  }

  #addNewProducts(): void {
    for (const productId of this.#terms.keys()) {
      if (!this.#stock.has(productId)) this.#stock.set(productId, noStock);
    }
  }
}

function termsOf(config: SaleConfig): ReadonlyMap<ProductId, ProductTerms> {
  return new Map(config.products.map((terms) => [terms.productId, terms]));
}
