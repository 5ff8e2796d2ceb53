import { type RoomState, resumeRoom } from '../../engine/domain/admission.ts';
import type { GateView, KnownOrder } from '../../engine/domain/decide-holds.ts';
import type { HoldRequest } from '../../engine/domain/hold.ts';
import type { Epoch, OrderId, PassId, ProductId, UserId } from '../../engine/domain/ids.ts';
import type { PendingRelease } from '../../engine/domain/ledger-facts.ts';
import type { ProductTerms, SaleConfig } from '../../engine/domain/sale.ts';
import { noStock, type Stock } from '../../engine/domain/stock.ts';
import type { GateStock, SnapshotChunk } from '../../engine/ports/gate.ts';
import { BuyerUnits } from './buyer-units.ts';
import { GateOrders } from './gate-orders.ts';

/** The state of one sale in one epoch: what a rebuild writes and holds change. */
export class GateSale implements GateView {
  readonly epoch: Epoch;
  #config: SaleConfig;
  #terms: ReadonlyMap<ProductId, ProductTerms>;
  readonly #stock = new Map<ProductId, Stock>();
  readonly orders: GateOrders;
  readonly #units: BuyerUnits;
  readonly #passes = new Map<PassId, OrderId>();
  room: RoomState;

  constructor(
    epoch: Epoch,
    head: Extract<SnapshotChunk, { kind: 'head' }>,
    orders: GateOrders = new GateOrders(),
    units: BuyerUnits = new BuyerUnits(),
  ) {
    this.epoch = epoch;
    this.orders = orders;
    this.#units = units;
    this.#config = head.config;
    this.#terms = termsOf(head.config);
    for (const { productId, ...stock } of head.stock) this.#stock.set(productId, stock);
    this.#addNewProducts();
    this.room = resumeRoom(epoch, head.room);
  }

  get config(): SaleConfig {
    return this.#config;
  }

  terms(productId: ProductId): ProductTerms | undefined {
    return this.#terms.get(productId);
  }

  free(productId: ProductId): number {
    return this.#stock.get(productId)?.free ?? 0;
  }

  known(orderId: OrderId): KnownOrder | undefined {
    return this.orders.known(orderId);
  }

  units(userId: UserId, productId: ProductId): number {
    return this.#units.get(userId, productId);
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
    this.orders.hold(orderId, requestHash, record, nowMs);
    if (passId !== null && !this.#passes.has(passId)) this.#passes.set(passId, orderId);
  }

  release({ orderId, userId, lines }: PendingRelease): void {
    if (!this.orders.end(orderId)) return;
    for (const { productId, quantity } of lines) this.#move(userId, productId, -quantity);
  }

  load(chunk: Exclude<SnapshotChunk, { kind: 'head' }>): void {
    switch (chunk.kind) {
      case 'orders':
        for (const { orderId, requestHash, ended } of chunk.orders) {
          this.orders.load(orderId, requestHash, ended);
        }
        return;
      case 'buyers':
        for (const { userId, productId, units } of chunk.buyers) this.#units.set(userId, productId, units);
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
    const head = { kind: 'head', config: this.#config, stock: this.stock(), room: null } as const;
    const copy = new GateSale(this.epoch, head, this.orders.copy(), this.#units.copy());
    for (const [passId, orderId] of this.#passes) copy.#passes.set(passId, orderId);
    copy.room = this.room;
    return copy;
  }

  /** Moves units from free to the buyer; a negative quantity moves them back. */
  #move(userId: UserId, productId: ProductId, quantity: number): void {
    const stock = this.stockOf(productId);
    this.#stock.set(productId, { ...stock, free: stock.free - quantity });
    this.#units.set(userId, productId, this.units(userId, productId) + quantity);
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
