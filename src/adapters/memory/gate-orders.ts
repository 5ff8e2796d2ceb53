import type { KnownOrder } from '../../engine/domain/decide-holds.ts';
import type { OrderId, RequestHash } from '../../engine/domain/ids.ts';
import type { RecordBytes } from '../../engine/domain/order.ts';
import { OrderIndex } from './order-index.ts';

export interface OutboxEntry {
  readonly orderId: OrderId;
  readonly record: RecordBytes;
  /** By the steady clock. */
  readonly sinceMs: number;
}

type State = KnownOrder['state'];

/** The lower two bits of an order's number; above them stands which body it had. 0 is no order. */
const codes = { settled: 1, ended: 2, unsettled: 3 } as const satisfies Record<State, number>;

/**
 * Every order id that a gate ever held, and the outbox.
 *
 * An order costs its slot in the index. Its request hash is stored once for all orders with the same lines, of which a
 * sale has few; only what is in the outbox has an object of its own.
 */
export class GateOrders {
  readonly #index: OrderIndex;
  readonly #hashes: RequestHash[] = [];
  readonly #bodies = new Map<RequestHash, number>();
  /** In the order of the holds, so the oldest stand first. */
  readonly #outbox = new Map<OrderId, OutboxEntry>();

  constructor(index: OrderIndex = new OrderIndex()) {
    this.#index = index;
  }

  get outboxSize(): number {
    return this.#outbox.size;
  }

  /** The outbox, oldest first. */
  outbox(): Iterable<OutboxEntry> {
    return this.#outbox.values();
  }

  known(orderId: OrderId): KnownOrder | undefined {
    const number = this.#index.get(orderId);
    const requestHash = this.#hashes[number >>> 2];
    if (number === 0 || requestHash === undefined) return undefined;
    const state = number & 3;
    if (state === codes.settled) return { state: 'settled', requestHash };
    const entry = this.#outbox.get(orderId);
    if (state === codes.ended || entry === undefined) return { state: 'ended', requestHash };
    return { state: 'unsettled', requestHash, record: entry.record };
  }

  hold(orderId: OrderId, requestHash: RequestHash, record: RecordBytes, nowMs: number): void {
    this.#index.set(orderId, this.#number(requestHash, 'unsettled'));
    this.#outbox.set(orderId, { orderId, record, sinceMs: nowMs });
  }

  load(orderId: OrderId, requestHash: RequestHash, ended: boolean): void {
    this.#index.set(orderId, this.#number(requestHash, ended ? 'ended' : 'settled'));
  }

  /** Does nothing where the order is not in the outbox. */
  settle(orderId: OrderId): void {
    if (this.#outbox.delete(orderId)) this.#move(orderId, 'settled');
  }

  /** False where the order is unknown or has ended: then there is nothing to give back. */
  end(orderId: OrderId): boolean {
    const number = this.#index.get(orderId);
    if (number === 0 || (number & 3) === codes.ended) return false;
    this.#outbox.delete(orderId);
    this.#move(orderId, 'ended');
    return true;
  }

  copy(): GateOrders {
    const copy = new GateOrders(this.#index.copy());
    copy.#hashes.push(...this.#hashes);
    for (const [hash, body] of this.#bodies) copy.#bodies.set(hash, body);
    for (const [orderId, entry] of this.#outbox) copy.#outbox.set(orderId, entry);
    return copy;
  }

  #move(orderId: OrderId, state: State): void {
    this.#index.set(orderId, (this.#index.get(orderId) & ~3) | codes[state]);
  }

  #number(requestHash: RequestHash, state: State): number {
    let body = this.#bodies.get(requestHash);
    if (body === undefined) {
      body = this.#hashes.push(requestHash) - 1;
      this.#bodies.set(requestHash, body);
    }
    return (body << 2) | codes[state];
  }
}
