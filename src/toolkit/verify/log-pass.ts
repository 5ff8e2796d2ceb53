import type { OrderId } from '../../engine/domain/ids.ts';
import type { Findings } from '../../engine/domain/invariants/findings.ts';
import { MarkersSeen } from '../../engine/domain/invariants/markers-seen.ts';
import { foreignOrderId } from '../../engine/domain/invariants/no-duplicate.ts';
import {
  classOfPromised,
  loggedOrderLost,
  offsetsMissing,
  recordUnreadable,
} from '../../engine/domain/invariants/no-lost-order.ts';
import type { OrderState } from '../../engine/domain/order.ts';
import type { Instant } from '../../engine/domain/time.ts';
import type { LogBatch, LogEntry, PartitionLag } from '../../engine/ports/order-log.ts';
import type { LedgerBook, LogBook } from './books.ts';
import { type IdTable, idMarks } from './id-table.ts';
import type { KnownSales } from './known-sales.ts';
import { oneAhead } from './one-ahead.ts';
import { StateLookup } from './state-lookup.ts';

/** Ids of revoked orders that are kept for the finding. */
const revokedKept = 20;

/** What was read in the order log. Counts of records unless said. */
export interface LogTally {
  readonly partitions: number;
  readonly entries: number;
  readonly records: number;
  readonly markers: number;
  readonly malformed: number;
  /** Records of an order that the log had before: appended again by the relay or a retry. */
  readonly repeats: number;
  readonly late: number;
  /** Not in the ledger, and its consumer has not got there. */
  readonly pending: number;
  readonly lost: number;
  /** Different orders of the log that the ledger has. */
  readonly recorded: number;
  readonly revokedIds: readonly string[];
  /** Accepted before `since`: not looked at. */
  readonly earlier: number;
  /** True where the first records of a partition are not there any more (retention). */
  readonly trimmed: boolean;
}

interface Place {
  readonly partition: number;
  readonly offset: bigint;
  /** False where every consumer has passed it. */
  readonly pending: boolean;
}

interface Use {
  readonly orderLog: LogBook;
  readonly ledger: LedgerBook;
  readonly sales: KnownSales;
  readonly table: IdTable;
  readonly findings: Findings;
  /** Where the consumers stood before the scan. */
  readonly lag: readonly PartitionLag[];
  /** Only orders accepted then or later. */
  readonly since: Instant | null;
  readonly progress: (done: number) => void;
}

/**
 * Reads the whole log once, a batch at a time, and asks the ledger for every order in it that is not late.
 * @throws FluxError of the log or the ledger
 */
export async function readLog(use: Use): Promise<LogTally> {
  const pass = new LogPass(use);
  // a mistyped sale is told at once, not after a million records of others
  if (use.sales.ids.length === 0) return pass.end();
  for await (const batch of oneAhead(use.orderLog.scan())) await pass.batch(batch);
  return pass.end();
}

class LogPass {
  readonly #use: Use;
  readonly #committed: ReadonlyMap<number, bigint>;
  readonly #markers = new MarkersSeen();
  readonly #lastOffsets = new Map<number, bigint>();
  readonly #lookup: StateLookup<Place>;
  readonly #revokedIds: string[] = [];
  readonly #n = {
    entries: 0,
    records: 0,
    markers: 0,
    malformed: 0,
    repeats: 0,
    late: 0,
    pending: 0,
    lost: 0,
    recorded: 0,
    earlier: 0,
  };
  #trimmed = false;

  constructor(use: Use) {
    this.#use = use;
    this.#committed = new Map(use.lag.map(({ partition, committed }) => [partition, committed]));
    this.#lookup = new StateLookup(use.ledger, (orderId, place, state) => this.#answer(orderId, place, state));
  }

  async batch({ partition, entries }: LogBatch): Promise<void> {
    const committed = this.#committed.get(partition) ?? 0n;
    for (const entry of entries) {
      this.#offset(partition, entry.offset);
      const room = this.#entry(entry, partition, entry.offset >= committed);
      if (room) await room;
    }
    this.#use.progress(this.#n.entries);
  }

  async end(): Promise<LogTally> {
    await this.#lookup.drain();
    return {
      ...this.#n,
      partitions: this.#use.lag.length,
      revokedIds: this.#revokedIds,
      trimmed: this.#trimmed,
    };
  }

  #offset(partition: number, offset: bigint): void {
    this.#n.entries += 1;
    const last = this.#lastOffsets.get(partition);
    this.#lastOffsets.set(partition, offset);
    // A log counts from 0 or from 1; beyond that its beginning is gone.
    if (last === undefined) this.#trimmed ||= offset > 1n;
    else if (offset !== last + 1n) this.#use.findings.add(offsetsMissing(partition, last, offset));
  }

  #entry(entry: LogEntry, partition: number, pending: boolean): Promise<void> | undefined {
    const { offset } = entry;
    switch (entry.kind) {
      case 'marker':
        this.#n.markers += 1;
        this.#markers.marker(partition, entry.marker);
        return undefined;
      case 'malformed':
        this.#n.malformed += 1;
        if (entry.orderId !== null) return this.#promised(entry.orderId, { partition, offset, pending });
        this.#use.findings.add(recordUnreadable(partition, offset, entry.reason));
        return undefined;
      case 'order':
        return this.#record(entry, partition, pending);
      default:
        return entry satisfies never;
    }
  }

  #record(
    { record, offset }: Extract<LogEntry, { kind: 'order' }>,
    partition: number,
    pending: boolean,
  ): Promise<void> | undefined {
    const { sales, findings, since } = this.#use;
    if (!sales.looksAt(record.saleId)) return undefined;
    if (since !== null && record.acceptedAt < since) {
      this.#n.earlier += 1;
      return undefined;
    }
    this.#n.records += 1;
    if (this.#markers.isLate(partition, record)) {
      this.#n.late += 1;
      return undefined;
    }
    const own = sales.orderIdOf(record.saleId, record.userId, record.idempotencyKey);
    if (own !== undefined && own !== record.orderId) {
      findings.add(foreignOrderId(record.orderId, own, partition, offset));
    }
    return this.#promised(record.orderId, { partition, offset, pending });
  }

  #promised(orderId: OrderId, place: Place): Promise<void> | undefined {
    const before = this.#use.table.mark(orderId, idMarks.logged | (place.pending ? idMarks.pending : 0));
    if ((before & idMarks.logged) !== 0) {
      this.#n.repeats += 1;
      return undefined;
    }
    return this.#lookup.ask(orderId, place);
  }

  #answer(orderId: OrderId, place: Place, state: OrderState | undefined): void {
    const { table, findings } = this.#use;
    const becameOf = classOfPromised(state, { recordingMayBePending: place.pending });
    switch (becameOf) {
      case 'lost':
        this.#n.lost += 1;
        findings.add(loggedOrderLost(orderId, place.partition, place.offset));
        return;
      case 'pending':
        this.#n.pending += 1;
        return;
      case 'revoked':
        if (this.#revokedIds.length < revokedKept) this.#revokedIds.push(orderId);
        this.#n.recorded += 1;
        table.mark(orderId, idMarks.inLedger | idMarks.revoked);
        return;
      case 'ok':
        this.#n.recorded += 1;
        table.mark(orderId, idMarks.inLedger);
        return;
      default:
        becameOf satisfies never;
    }
  }
}
