import type { Epoch, ProductId, SaleId } from '../../engine/domain/ids.ts';
import type { Instant } from '../../engine/domain/time.ts';
import type { Digest } from '../../engine/ports/digest.ts';
import type { LedgerAudit } from '../../engine/ports/ledger-audit.ts';
import type { LedgerOrders } from '../../engine/ports/ledger-orders.ts';
import type { LedgerSales } from '../../engine/ports/ledger-sales.ts';
import type { OrderLog } from '../../engine/ports/order-log.ts';
import type { HistoryEntry } from '../history/history-entry.ts';

/** What `verify` reads of the ledger. It writes nothing. */
export type LedgerBook = LedgerAudit &
  Pick<LedgerSales, 'sales' | 'pendingStockChanges'> &
  Pick<LedgerOrders, 'pendingReleases' | 'deadLetters'>;

/** What `verify` reads of the order log. It commits nothing. */
export type LogBook = Pick<OrderLog, 'scan' | 'lag'>;

/** The gate's counters at one moment. */
export interface GateReading {
  readonly sales: readonly {
    readonly saleId: SaleId;
    readonly epoch: Epoch | null;
    /** Null while it is rebuilding. */
    readonly gate: {
      readonly products: readonly { readonly productId: ProductId; readonly total: number; readonly free: number }[];
      readonly outbox: number;
      readonly oldestUnsettledMs: number;
    } | null;
  }[];
}

/** The gate as its server tells of it. */
export interface GateBook {
  /** Where it is read from, for the report. */
  readonly source: string;
  /** @throws FluxError where the server does not answer, or answers something else. */
  read(): Promise<GateReading>;
}

/** What the buyers heard, in the order of the answers. */
export interface HistoryBook {
  /** Where it is read from, for the report. */
  readonly source: string;
  /** Answers before `since`, counted while reading. */
  readonly earlier: () => number;
  /** Answers that were cut off at the end of the file by a crash of the writer, counted while reading. */
  readonly truncatedLines: () => number;
  /** `since`: only answers of then or later, by the clock of the machine that wrote them. */
  read(since: Instant | null): AsyncIterable<HistoryEntry>;
}

/** The one hash that `verify` needs: order ids are recomputed. */
export type IdDigest = Pick<Digest, 'sha256Hex'>;
