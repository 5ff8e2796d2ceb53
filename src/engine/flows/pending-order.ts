import type { HoldRequest } from '../domain/hold.ts';
import {
  type Epoch,
  type IdempotencyKey,
  mainGate,
  type OrderId,
  type PassId,
  type RequestHash,
  type SaleId,
  type UserId,
} from '../domain/ids.ts';
import type { SaleView } from '../domain/ledger-facts.ts';
import type { PricedLine, RecordBytes } from '../domain/order.ts';
import { addMs, type Instant } from '../domain/time.ts';
import type { PlaceOutcome } from '../engine.ts';
import type { RecordCodec } from '../ports/record-codec.ts';

interface PendingOrderParts {
  readonly codec: RecordCodec;
  readonly sale: SaleView;
  readonly epoch: Epoch;
  readonly orderId: OrderId;
  readonly userId: UserId;
  readonly key: IdempotencyKey;
  readonly requestHash: RequestHash;
  readonly lines: readonly PricedLine[];
  readonly currency: string;
  readonly passId: PassId | null;
  /** What to answer to an unknown key, where the pass that was shown does not admit; null where it does, or none was shown. */
  readonly badPass: PlaceOutcome | null;
  readonly acceptedAt: Instant;
  readonly deadlineMs: number;
  readonly answer: (outcome: PlaceOutcome | Promise<PlaceOutcome>) => void;
}

/**
 * One order between its request and its answer. It is the gate's HoldRequest at the same time; its record is encoded
 * when somebody asks for it, because most of a crowd is refused before anybody does.
 */
export class PendingOrder implements HoldRequest {
  readonly orderId: OrderId;
  readonly userId: UserId;
  readonly requestHash: RequestHash;
  readonly lines: readonly PricedLine[];
  readonly passId: PassId | null;
  /** As this server knew it when it priced the lines. */
  readonly sale: SaleView;
  readonly saleId: SaleId;
  readonly epoch: Epoch;
  readonly deadlineMs: number;
  readonly answer: (outcome: PlaceOutcome | Promise<PlaceOutcome>) => void;
  readonly badPass: PlaceOutcome | null;
  admitted: boolean;
  readonly #parts: PendingOrderParts;
  #record: RecordBytes | null = null;

  constructor(parts: PendingOrderParts) {
    this.orderId = parts.orderId;
    this.userId = parts.userId;
    this.requestHash = parts.requestHash;
    this.lines = parts.lines;
    this.passId = parts.passId;
    this.sale = parts.sale;
    this.saleId = parts.sale.config.saleId;
    this.epoch = parts.epoch;
    this.deadlineMs = parts.deadlineMs;
    this.answer = parts.answer;
    this.badPass = parts.badPass;
    this.admitted = parts.badPass === null;
    this.#parts = parts;
  }

  get record(): RecordBytes {
    this.#record ??= this.#parts.codec.encode(this.#toRecord());
    return this.#record;
  }

  #toRecord() {
    const { sale, orderId, userId, key, requestHash, lines, currency, acceptedAt, passId } = this.#parts;
    const explicit = sale.config.confirmation === 'explicit';
    return {
      orderId,
      saleId: this.saleId,
      gateId: mainGate,
      epoch: this.epoch,
      userId,
      idempotencyKey: key,
      requestHash,
      lines,
      currency,
      acceptedAt,
      holdUntil: explicit ? addMs(acceptedAt, sale.config.holdSeconds * 1000) : null,
      passId,
    };
  }
}
