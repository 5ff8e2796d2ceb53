import type { OrderId } from '../../../engine/domain/ids.ts';
import type { RecordBytes } from '../../../engine/domain/order.ts';
import { type EpochMarker, type LogBatch, type LogEntry, orderLogLimits } from '../../../engine/ports/order-log.ts';
import type { RecordCodec } from '../../../engine/ports/record-codec.ts';
import type { Scheduler } from './scheduler.ts';

/** What a partition keeps: nobody has read it yet. */
export type Stored =
  | { readonly kind: 'order'; readonly orderId: OrderId; readonly bytes: RecordBytes }
  | { readonly kind: 'marker'; readonly marker: EpochMarker };

export interface PartitionUse {
  readonly scheduler: Scheduler;
  readonly codec: RecordCodec;
  /** How long the next write takes until all replicas have it. */
  replicationMs(): number;
  /** Called each time when readers can see more. */
  replicated(): void;
}

/** One partition of a simulated log: its leader's entries, and how many of them are on all replicas. */
export class LogPartition {
  readonly #index: number;
  readonly #use: PartitionUse;
  readonly #entries: Stored[] = [];
  /** What the entries say, decoded once. */
  readonly #read: LogEntry[] = [];
  #end = 0;
  /** Raised by each loss of the leader. */
  #leader = 1;

  constructor(index: number, use: PartitionUse) {
    this.#index = index;
    this.#use = use;
  }

  /** The high watermark: what stands below is on all replicas, and nobody reads above. */
  get end(): number {
    return this.#end;
  }

  /** Resolves with whether all of it is on all replicas; false where the leader was lost first. */
  write(stored: readonly Stored[]): Promise<boolean> {
    const { scheduler } = this.#use;
    const leader = this.#leader;
    this.#entries.push(...stored);
    const end = this.#entries.length;
    const ms = this.#use.replicationMs();
    return new Promise((resolve) => {
      scheduler.at(scheduler.nowMs + ms, () => {
        if (this.#leader !== leader) return resolve(false);
        this.#end = Math.max(this.#end, end);
        this.#use.replicated();
        resolve(true);
      });
    });
  }

  /** What its replicas do not have yet is gone. */
  loseLeader(): void {
    this.#leader += 1;
    this.#entries.length = this.#end;
    this.#read.length = Math.min(this.#read.length, this.#end);
  }

  batchFrom(from: number): LogBatch {
    const end = Math.min(this.#end, from + orderLogLimits.batch);
    return {
      partition: this.#index,
      entries: this.#readTo(end).slice(from, end),
      nextOffset: BigInt(Math.max(from, end)),
    };
  }

  /** What all readers can see. The same list each time: more comes to it. */
  entries(): readonly LogEntry[] {
    return this.#readTo(this.#end);
  }

  /** Whether readers can see the order. */
  has(orderId: OrderId): boolean {
    const offset = this.#entries.findIndex((entry) => entry.kind === 'order' && entry.orderId === orderId);
    return offset >= 0 && offset < this.#end;
  }

  #readTo(end: number): readonly LogEntry[] {
    for (let offset = this.#read.length; offset < end; offset += 1) this.#read.push(this.#decoded(offset));
    return this.#read;
  }

  #decoded(at: number): LogEntry {
    const stored = this.#entries[at];
    if (stored === undefined) throw new RangeError(`partition ${this.#index} has no offset ${at}`);
    const offset = BigInt(at);
    if (stored.kind === 'marker') return { kind: 'marker', offset, marker: stored.marker };
    const { orderId, bytes } = stored;
    const { codec } = this.#use;
    try {
      return { kind: 'order', offset, record: codec.decode(bytes), bytes };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'malformed', offset, orderId: codec.orderIdIn(bytes) ?? (orderId || null), bytes, reason };
    }
  }
}
