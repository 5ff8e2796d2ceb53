import type { SaleId } from '../../engine/domain/ids.ts';

/**
 * What a sale has in Redis. Types and contents:
 * - fence    string `epoch state replication-id`
 * - config   hash: version, state, opensAt, closesAt; stands once the head of a rebuild is there
 * - terms    hash: product -> limit a buyer, empty where there is none
 * - stock    hash: product -> free units
 * - totals   hash: product -> `total version`
 * - orders   hash: order id (16 bytes) -> u (unsettled), s (settled) or e (ended), the request hash (16 bytes), and
 *            the record as long as it is unsettled
 * - buyers   hash: user, NUL, product -> units
 * - outbox   sorted set: order id by the time of its hold in ms
 * - passes   hash: pass -> the order id that spent it
 * - room     hash: last, admitted, olderEpoch, olderUntil, level, atMs (RoomState of engine/domain/admission.ts)
 */
export const saleKeyNames = [
  'fence',
  'config',
  'terms',
  'stock',
  'totals',
  'orders',
  'buyers',
  'outbox',
  'passes',
  'room',
] as const;
export type SaleKeyName = (typeof saleKeyNames)[number];

/** All keys of a sale have one hash tag, so that they stand on one shard of a Cluster. A sale id has no braces in it. */
export function saleKey(saleId: SaleId, name: SaleKeyName): string {
  return `fluxgate:{${saleId}}:${name}`;
}
