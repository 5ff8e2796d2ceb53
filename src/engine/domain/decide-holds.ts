import type { HoldBatch, HoldOutcome, HoldRequest } from './hold.ts';
import type { OrderId, PassId, ProductId, RequestHash, UserId } from './ids.ts';
import type { RecordBytes } from './order.ts';
import { type Openness, opennessAt, type ProductTerms, type SaleConfig } from './sale.ts';
import type { Instant } from './time.ts';

/** What a gate remembers of an order id as long as its sale lasts. */
export type KnownOrder =
  | { readonly state: 'settled' | 'ended'; readonly requestHash: RequestHash }
  | { readonly state: 'unsettled'; readonly requestHash: RequestHash; readonly record: RecordBytes };

/** The state of one sale at the gate, for reading. */
export interface GateView {
  readonly config: Pick<SaleConfig, 'version' | 'state' | 'opensAt' | 'closesAt'>;
  terms(productId: ProductId): Pick<ProductTerms, 'limitPerUser'> | undefined;
  free(productId: ProductId): number;
  known(orderId: OrderId): KnownOrder | undefined;
  /** Units that a buyer holds of a product, over all orders that have not ended. */
  units(userId: UserId, productId: ProductId): number;
  /** The order that spent a pass. */
  passOwner(passId: PassId): OrderId | undefined;
}

export interface HoldDecision {
  /** One a request, in order. */
  readonly outcomes: readonly HoldOutcome[];
  /** The requests that got their units, in order: what the gate now has to take down. */
  readonly held: readonly HoldRequest[];
}

/**
 * Decides which requests of one turn get units, in arrival order; an earlier one of the batch counts for the later ones.
 * Pure. Every gate must agree with it, the Lua script too.
 *
 * A known id is answered as such before anything else, so that a retry never meets a closed door. A refusal allocates
 * its answer and nothing else: the crowd is refused, and costs nothing.
 */
export function decideHolds(
  view: GateView,
  batch: Pick<HoldBatch, 'configVersion' | 'requests'>,
  now: Instant,
): HoldDecision {
  if (batch.configVersion !== view.config.version) {
    const stale: HoldOutcome = { kind: 'stale_config', version: view.config.version };
    return { outcomes: batch.requests.map(() => stale), held: [] };
  }
  const turn = new Turn(view, opennessAt(view.config, now));
  return { outcomes: batch.requests.map((request) => turn.decide(request)), held: turn.held };
}

const notAdmitted: HoldOutcome = { kind: 'not_admitted' };

/** One turn: the view, and above it what this turn has held so far. */
class Turn {
  readonly held: HoldRequest[] = [];
  readonly #view: GateView;
  readonly #openness: Openness;
  /** Undefined until something is held. */
  #taken: Taken | undefined;

  constructor(view: GateView, openness: Openness) {
    this.#view = view;
    this.#openness = openness;
  }

  decide(request: HoldRequest): HoldOutcome {
    const known = this.#view.known(request.orderId) ?? this.#taken?.known(request.orderId);
    if (known !== undefined) return answerKnown(request, known);
    if (this.#openness.kind !== 'open') return { kind: 'not_open', openness: this.#openness };
    if (!request.admitted && !this.#passAdmits(request)) return notAdmitted;
    const refusal = this.#refuseLines(request);
    if (refusal !== undefined) return refusal;
    this.#taken ??= new Taken();
    this.#taken.add(request);
    this.held.push(request);
    return { kind: 'held', orderId: request.orderId };
  }

  #passAdmits({ passId, orderId }: HoldRequest): boolean {
    if (passId === null) return false;
    const owner = this.#view.passOwner(passId) ?? this.#taken?.passOwner(passId);
    return owner === undefined || owner === orderId;
  }

  /** All lines or none: the first line that cannot be had, by reason, then by product. */
  #refuseLines({ userId, lines }: HoldRequest): HoldOutcome | undefined {
    for (const { productId } of lines) {
      if (this.#view.terms(productId) === undefined) return { kind: 'unknown_product', productId };
    }
    for (const { productId, quantity } of lines) {
      const limitPerUser = this.#view.terms(productId)?.limitPerUser ?? null;
      if (limitPerUser === null) continue;
      const units = this.#view.units(userId, productId) + (this.#taken?.units(userId, productId) ?? 0);
      if (units + quantity > limitPerUser) return { kind: 'over_limit', productId, limitPerUser };
    }
    for (const { productId, quantity } of lines) {
      const free = this.#view.free(productId) - (this.#taken?.quantity(productId) ?? 0);
      if (quantity > free) return { kind: 'sold_out', productId };
    }
    return undefined;
  }
}

function answerKnown(request: HoldRequest, known: KnownOrder): HoldOutcome {
  const { orderId } = request;
  if (known.requestHash !== request.requestHash) return { kind: 'key_reused', orderId };
  if (known.state === 'unsettled') return { kind: 'duplicate', orderId, settled: false, record: known.record };
  return { kind: 'duplicate', orderId, settled: true };
}

/** What one turn has held so far. */
class Taken {
  readonly #orders = new Map<OrderId, HoldRequest>();
  readonly #passes = new Map<PassId, OrderId>();
  readonly #quantities = new Map<ProductId, number>();
  readonly #units = new Map<UserId, Map<ProductId, number>>();

  add(request: HoldRequest): void {
    this.#orders.set(request.orderId, request);
    if (request.passId !== null) this.#passes.set(request.passId, request.orderId);
    let ofBuyer = this.#units.get(request.userId);
    if (ofBuyer === undefined) {
      ofBuyer = new Map();
      this.#units.set(request.userId, ofBuyer);
    }
    for (const { productId, quantity } of request.lines) {
      this.#quantities.set(productId, (this.#quantities.get(productId) ?? 0) + quantity);
      ofBuyer.set(productId, (ofBuyer.get(productId) ?? 0) + quantity);
    }
  }

  known(orderId: OrderId): KnownOrder | undefined {
    const request = this.#orders.get(orderId);
    return request && { state: 'unsettled', requestHash: request.requestHash, record: request.record };
  }

  passOwner(passId: PassId): OrderId | undefined {
    return this.#passes.get(passId);
  }

  quantity(productId: ProductId): number {
    return this.#quantities.get(productId) ?? 0;
  }

  units(userId: UserId, productId: ProductId): number {
    return this.#units.get(userId)?.get(productId) ?? 0;
  }
}
