import { Type } from '@fastify/type-provider-typebox';
import { idLimits, orderIdPattern, saleIdPattern } from '../../engine/domain/ids.ts';
import { orderLimits, orderStates } from '../../engine/domain/order.ts';
import { saleLimits, saleStates } from '../../engine/domain/sale.ts';

/** One schema a field, used by requests and answers alike, so that a bound stands in one place. */

export const saleId = Type.String({
  pattern: saleIdPattern.source,
  description: 'A sale. Letters, digits, _ and -, up to 63',
});
export const productId = Type.String({
  minLength: 1,
  maxLength: idLimits.productId,
  description: 'A product of a sale',
});
export const userId = Type.String({ minLength: 1, maxLength: idLimits.userId, description: 'A buyer' });
export const orderId = Type.String({
  pattern: orderIdPattern.source,
  description: 'An order: a UUIDv8. It is a capability: whoever knows it can cancel the order',
});
export const orderState = Type.Enum([...orderStates]);
export const orderQuantity = Type.Integer({ minimum: 1, maximum: orderLimits.quantity });
export const stockQuantity = Type.Integer({ minimum: 0, maximum: saleLimits.quantity });
export const units = Type.Integer();
export const unitsOrNull = Type.Union([Type.Integer(), Type.Null()]);
export const limitPerUser = Type.Union([Type.Integer({ minimum: 1, maximum: saleLimits.quantity }), Type.Null()], {
  description: 'Units a buyer may hold at most; null: no limit',
});
/** Far above any price and exact as a JSON number. */
export const priceMinor = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000, description: 'Minor units (cents)' });
export const currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' });
export const instant = Type.String({ format: 'date-time' });
export const instantOrNull = Type.Union([Type.String({ format: 'date-time' }), Type.Null()]);
export const openness = Type.Enum(['open', 'scheduled', 'paused', 'closed']);
export const saleState = Type.Enum([...saleStates]);
export const gateState = Type.Enum(['open', 'rebuilding']);
