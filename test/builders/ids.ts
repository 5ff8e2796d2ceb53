import type {
  ConfigVersion,
  Epoch,
  IdempotencyKey,
  OrderId,
  PassId,
  ProductId,
  RequestHash,
  SaleId,
  UserId,
} from '../../src/engine/domain/ids.ts';
import type { Instant } from '../../src/engine/domain/time.ts';

// Ids for tests: branded without a check, because each of them is in the form that the parsers want.
export const saleId = (name = 'sale'): SaleId => name as SaleId;
export const productId = (name: string): ProductId => name as ProductId;
export const userId = (name: string): UserId => name as UserId;
export const key = (name: string): IdempotencyKey => name as IdempotencyKey;
export const passId = (name: string): PassId => name as PassId;
export const epoch = (value: number): Epoch => value as Epoch;
export const configVersion = (value: number): ConfigVersion => value as ConfigVersion;
export const instant = (ms: number): Instant => ms as Instant;

/** The `n`th order id: a UUIDv8 that shows its number. */
export const orderId = (n: number): OrderId => `00000000-0000-8000-8000-${n.toString(16).padStart(12, '0')}` as OrderId;
export const requestHash = (n: number): RequestHash => n.toString(16).padStart(32, '0') as RequestHash;
