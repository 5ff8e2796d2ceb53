import type { Epoch, GateId, SaleId, ServerId } from '../domain/ids.ts';
import type { EpochRow, SaleView, ServerRow } from '../domain/ledger-facts.ts';
import type { RoomProgress } from '../domain/waiting-room.ts';
import type { SnapshotChunk } from './gate.ts';
import type { Lease } from './lease.ts';
import type { EpochMarker } from './order-log.ts';

/** Servers, the controller's lease and the epochs of the gates (design.md section 6). All times by the ledger's clock. */
export interface LedgerFleet {
  /** Renews the server's row and brings home every sale with its newest epoch, configuration and secret. */
  renewServer(serverId: ServerId, highestNumberSeen: number): Promise<readonly SaleView[]>;
  /** What a renewal brings home, and the row stays as it is. */
  serverViews(): Promise<readonly SaleView[]>;
  /** Where `renewal` is not null only if it is still the row's. */
  removeServer(serverId: ServerId, renewal: string | null): Promise<void>;
  /** Every server's row, also of those that died: how old one is, whoever asks has to watch for himself (flows/server-rows.ts). */
  serverRows(): Promise<readonly ServerRow[]>;
  /** Servers that have not renewed since `sinceMs` (of `ping`), but within the last `goneMs`. */
  serversSilentSince(sinceMs: number, goneMs: number): Promise<readonly ServerId[]>;
  /** Deletes all rows of servers and leases. Only for whoever holds the data folder's lock. */
  forgetFleet(): Promise<void>;

  /** Takes or renews a lease; null while another holder's has not run out. A new holder gets a higher token. */
  takeLease(name: string, holder: string, ttlMs: number): Promise<Lease | null>;
  /** Gives it up; does nothing where the token is not the newest. */
  dropLease(lease: Lease): Promise<void>;
  /** Who holds a lease that has not run out; null where nobody does. */
  leaseHolder(name: string): Promise<string | null>;

  /** Takes the next epoch: a unique row, state `taken`. @throws FluxError `lease_lost` */
  nextEpoch(saleId: SaleId, gateId: GateId, reason: string, lease: Lease): Promise<EpochRow>;
  /** taken -> open, only while it is the newest. False where it is not. @throws FluxError `lease_lost` */
  openEpoch(saleId: SaleId, gateId: GateId, epoch: Epoch, lease: Lease): Promise<boolean>;
  /** Somebody met a wrong fence: asks for a new epoch if the named one is still the newest and open. True where it counted. */
  reportFence(saleId: SaleId, gateId: GateId, epoch: Epoch, reason: string): Promise<boolean>;
  /** Sales that need a new epoch: they have none, their newest was reported, or it was taken and never opened. */
  epochsWanted(): Promise<readonly { readonly saleId: SaleId; readonly gateId: GateId; readonly reason: string }[]>;
  /** Partitions whose consumer has passed this marker. */
  partitionsPast(marker: EpochMarker): Promise<readonly number[]>;

  /**
   * The sale as one database snapshot: head first, then orders, buyers and passes in chunks of at most gateLimits.chunk.
   * `room` of the head is where the waiting room stood at its last checkpoint.
   */
  snapshot(saleId: SaleId): AsyncIterable<SnapshotChunk>;
  /** Remembers how far the waiting room has got. @throws FluxError `lease_lost` */
  checkpointRoom(saleId: SaleId, progress: RoomProgress, lease: Lease): Promise<void>;
}
