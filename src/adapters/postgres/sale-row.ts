import type { ConfigVersion, Epoch, GateId, ProductId, SaleId } from '../../engine/domain/ids.ts';
import type { EpochRow, SaleView } from '../../engine/domain/ledger-facts.ts';
import type { SaleConfig } from '../../engine/domain/sale.ts';
import { toInstant } from '../../engine/domain/time.ts';
import type { RoomProgress } from '../../engine/domain/waiting-room.ts';

/** A sale as read-sales.sql returns it. Everything in it was checked before it was written. */
export interface SaleRow {
  readonly sale_id: SaleId;
  readonly version: ConfigVersion;
  readonly state: SaleConfig['state'];
  readonly confirmation: SaleConfig['confirmation'];
  readonly hold_seconds: number;
  readonly admission_rate: number | null;
  readonly order_id_secret: string;
  readonly opens_ms: number | null;
  readonly closes_ms: number | null;
  readonly room_admitted_epoch: Epoch | null;
  /** bigint: pg gives text. */
  readonly room_admitted_counter: string | null;
  readonly room_last_epoch: Epoch | null;
  readonly room_last_counter: string | null;
  /** [product id, limit, price in minor units, currency] */
  readonly products: readonly (readonly [ProductId, number | null, string, string])[] | null;
  /** [epoch, number, state, reason] */
  readonly epoch: readonly [Epoch, number, EpochRow['state'], string] | null;
}

export function configOf(row: SaleRow): SaleConfig {
  return {
    saleId: row.sale_id,
    version: row.version,
    state: row.state,
    opensAt: row.opens_ms === null ? null : toInstant(row.opens_ms),
    closesAt: row.closes_ms === null ? null : toInstant(row.closes_ms),
    confirmation: row.confirmation,
    holdSeconds: row.hold_seconds,
    admissionRate: row.admission_rate,
    products: (row.products ?? []).map(([productId, limitPerUser, priceMinor, currency]) => ({
      productId,
      limitPerUser,
      priceMinor: BigInt(priceMinor),
      currency,
    })),
  };
}

export function viewOf(row: SaleRow, gateId: GateId): SaleView {
  return { config: configOf(row), orderIdSecret: row.order_id_secret, epoch: epochOf(row, gateId) };
}

function epochOf({ sale_id: saleId, epoch: newest }: SaleRow, gateId: GateId): EpochRow | null {
  if (newest === null) return null;
  const [epoch, number, state, reason] = newest;
  return { saleId, gateId, epoch, number, state, reason };
}

/** Null before the first checkpoint. */
export function roomOf(row: SaleRow): RoomProgress | null {
  if (row.room_admitted_epoch === null || row.room_last_epoch === null) return null;
  return {
    admittedUpTo: { epoch: row.room_admitted_epoch, counter: Number(row.room_admitted_counter) },
    lastPlace: { epoch: row.room_last_epoch, counter: Number(row.room_last_counter) },
  };
}
